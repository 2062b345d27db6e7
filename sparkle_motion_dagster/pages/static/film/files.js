// Where the files of a film are: on the server, or beside the page and in it.

/**
 * The files of a film that a server sends. Their addresses hold which version is shown: a browser
 * does not ask again for what a page has shown under the same address.
 */
export class ServerFiles {
  /** Return the address of a file of the film. */
  file(shown) {
    return `/artifacts/${shown.artifact}?version=${shown.sha256}`;
  }

  /** Return the address of a preview. */
  preview(shown) {
    return `/previews/${shown.preview}?version=${shown.sha256}`;
  }

  /** Return the address of what is seen or heard of a take. */
  take(file) {
    return `${file.address}?version=${file.sha256}`;
  }

  /** Return the address of a take's small picture. */
  takePreview(preview) {
    return `${preview.address}?version=${preview.sha256}`;
  }
}

/** The files of a film beside which the page lies; what is small is in the page itself. */
export class FilesBeside {
  #embedded;

  /** @param {Record<string, string>} embedded Data URLs, by the digests of what they hold. */
  constructor(embedded) {
    this.#embedded = embedded;
  }

  /** Return the address of a file of the film. */
  file(shown) {
    return this.#embedded[shown.sha256] ?? shown.path;
  }

  /** Return the address of a preview; null: it was damaged when the page was written. */
  preview(shown) {
    return this.#embedded[shown.sha256] ?? null;
  }

  /** Return the address of what is seen or heard of a take; null: it lies in the store alone. */
  take(file) {
    return file.path && encodeURI(file.path);
  }

  /** Return the address of a take's small picture; see `preview`. */
  takePreview(preview) {
    return this.#embedded[preview.sha256] ?? null;
  }
}
