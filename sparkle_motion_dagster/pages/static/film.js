// The film's page: a player, and below it the shots and lines of the film.

class FilmPage extends HTMLElement {
  async connectedCallback() {
    const embedded = document.getElementById("film");
    const name = this.getAttribute("film");
    const film = embedded ? JSON.parse(embedded.textContent) : await (await fetch(`/runs/${name}/view`)).json();
    const address = (file) => (embedded ? file.path : `/artifacts/${file.artifact}`);
    const title = document.createElement("h1");
    title.textContent = film.title;
    this.append(title);
    if (film.film) {
      const video = document.createElement("video");
      video.controls = true;
      video.src = address(film.film);
      this.append(video);
    }
  }
}

customElements.define("film-page", FilmPage);
