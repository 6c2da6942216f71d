// What the protocol calls in this world; nothing of it can be seen by the page.

// What the protocol's search counts: all elements, and the texts and comments with "<", those of
// shadow roots and of the frames within reach included; frames out of reach are added to `beyond`.
function countFound(root, beyond) {
  let count = 0;
  for (const tree of rootsBelow(root, shadowOf)) {
    count += tree.querySelectorAll("*").length;
    const texts = document.createTreeWalker(tree, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_COMMENT);
    while (texts.nextNode()) if (texts.currentNode.data.includes("<")) count++;
    for (const frame of tree.querySelectorAll("iframe,frame")) {
      const inner = documentOf(frame);
      if (inner) count += countFound(inner, beyond);
      else beyond.push(frame);
    }
  }
  return count;
}

// With the numbers of the frames that are out of reach and not shown, of which none is read.
function count() {
  const beyond = [];
  const found = countFound(document, beyond);
  const shown = new Set(foreign.filter((frame) => frame.isRead).map(({ owner }) => owner));
  const unread = beyond.filter((owner) => !shown.has(owner));
  return JSON.stringify({ found, frames: unread.map((owner) => foreign.push({ owner }) - 1) });
}

// The frame's path as the extraction numbers it; null for a frame that is not reached from here.
function pathOfFrame(frame) {
  const { defaultView } = frame.ownerDocument;
  if (defaultView === window) return String(numberFrames(frame.ownerDocument)(frame));
  const outer = defaultView && defaultView.frameElement && pathOfFrame(defaultView.frameElement);
  return outer && `${outer}/${numberFrames(frame.ownerDocument)(frame)}`;
}

return {
  extract, gold, count, pathOfFrame,
  openClosed: (...roots) => {
    for (const root of roots) closedRoots.set(root.host, root);
  },
  hear: (...nodes) => {
    heard = new Set(nodes);
  },
  foreignOwner: (k) => foreign[k].owner,
  node: (rank) => latest[rank],
  stateOfKept, scrollToKept, clickKept, focusKept, fillKept, chooseKept, outOfForeign, scrollPage, drawn, quiet,
  corner: () => [scrollX, scrollY],
};
