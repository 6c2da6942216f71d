"""All the text that a page shows: page -> what can be read on it, frames and roots included."""

from __future__ import annotations

from contextlib import suppress

from domprune.page.attached import attach
from domprune.page.browser import Page, ProtocolError, bounded

SECONDS = 9.0
"""How long reading may take."""
# Runs in the isolated worlds: a page cannot change what `innerText` tells there.
_READ = """(function read(root) {
  const parts = root.body ? [root.body] : Array.from(root.children);
  let text = parts.map((part) => part.innerText).join("\\n");
  for (const element of root.querySelectorAll("*")) {
    if (element.shadowRoot) text += "\\n" + read(element.shadowRoot);
    try {
      if (element.contentDocument) text += "\\n" + read(element.contentDocument);
    } catch {}
  }
  return text;
})(document)"""


def shown_text(page: Page) -> str:
    """Return the text of the page as it was extracted last; fields' own values are not in it.

    Raises PageError where the page does not answer in time.
    """
    kept, texts = attach(page), []
    with bounded(SECONDS, page):
        for world in (kept.main, *kept.worlds.values()):
            asked = {"expression": _READ, "contextId": world.context, "returnByValue": True}
            with suppress(ProtocolError):  # the frame has gone since
                reply = world.session.send("Runtime.evaluate", asked)
                texts.append(str(reply["result"].get("value", "")))
    return "\n".join(texts)
