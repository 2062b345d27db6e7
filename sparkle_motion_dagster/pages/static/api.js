// Asking the server: answers as data, and problems as it describes them (RFC 9457).

/** One thing that is wrong with what was sent.
 * @typedef {{field: string, line?: number, message: string}} FieldProblem
 */

/** The server could not do what it was asked for, or could not be asked. */
export class Problem extends Error {
  /**
   * @param {number} status The HTTP status; 0: there was no answer.
   * @param {{title?: string, detail?: string, problems?: FieldProblem[], priced?: object}}
   *     described `priced` is what a render would take that is over its limits.
   */
  constructor(status, { title, detail, problems, priced } = {}) {
    super(detail || title || `The server answered with status ${status}.`);
    this.name = "Problem";
    this.status = status;
    this.title = title || "";
    this.detail = this.message;
    this.problems = problems || [];
    this.priced = priced || null;
  }
}

/** Ask the server, and return its answer as data; null: it has nothing to say.
 *
 * @param {string} path Such as "/runs".
 * @param {{method?: string, body?: string | Blob | object, headers?: Record<string, string>}}
 *     [options] A body that is neither text nor a file is sent as JSON.
 * @returns {Promise<any>}
 * @throws {Problem}
 */
export async function ask(path, options = {}) {
  const response = await send(path, options);
  return response.status === 204 ? null : response.json();
}

/** Ask the server, and return its answer as it is: for what is no JSON, or has headers to read.
 *
 * @param {string} path
 * @param {object} [options] As of `ask`.
 * @returns {Promise<Response>} Of a status below 400.
 * @throws {Problem}
 */
export async function send(path, { method = "GET", body, headers = {} } = {}) {
  const asData = body !== undefined && typeof body !== "string" && !(body instanceof Blob);
  let response;
  try {
    response = await fetch(path, {
      method,
      body: asData ? JSON.stringify(body) : body,
      headers: asData ? { "Content-Type": "application/json", ...headers } : headers,
      credentials: "same-origin",
    });
  } catch {
    throw new Problem(0, {
      title: "No answer",
      detail: "The server does not answer: it has ended, or the network is down. Start it with `sparkle serve`.",
    });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Return an address of the server, such as "/runs/night_ferry/plan", of the names in it.
 * @param {...string} names
 * @returns {string} With everything encoded that would mean something in an address.
 */
export function addressOf(...names) {
  return `/${names.map(encodeURIComponent).join("/")}`;
}

/** Tell whether an error is the problem of a render that is over its limits.
 * @param {Error} error
 */
export function isOverLimits(error) {
  return error instanceof Problem && error.priced !== null;
}

async function problemOf(response) {
  const kind = response.headers.get("Content-Type") || "";
  if (kind.includes("json")) return new Problem(response.status, await response.json());
  const text = (await response.text()).trim();
  return new Problem(response.status, { title: response.statusText, detail: text.slice(0, 2000) });
}
