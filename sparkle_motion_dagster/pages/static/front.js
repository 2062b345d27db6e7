// The front page: all films, and how new ones begin.

class FrontPage extends HTMLElement {}

customElements.define("front-page", FrontPage);
