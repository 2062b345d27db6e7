// Whether captions are shown: as the reader chose last, in this browser.

const KEPT = "sparkle-captions";

/** Tell whether the reader wants captions. */
export function wantsCaptions() {
  return kept((storage) => storage.getItem(KEPT)) === "on";
}

/** Keep whether the reader wants captions. */
export function keepCaptions(wanted) {
  kept((storage) => storage.setItem(KEPT, wanted ? "on" : "off"));
}

/** A browser may keep nothing, as for pages of files: then captions are off at first. */
function kept(use) {
  try {
    return use(localStorage);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
