// The rendered elements of a document and its reachable frames, as parallel columns.
//
// Order is that of the flat tree (a shadow root in its host's place, slotted nodes in their slot's,
// a frame's content in its iframe's), which is the order in which a person reads. Element i has the
// subtree i..ends[i]; its texts are tokens[textStarts[i]..textEnds[i]].
const MAX_ELEMENTS = 300000;
const MAX_TOKEN = 2000;
const UNREAD = new Set(
  ("script style template head meta link title base param source track datalist " +
    "canvas video audio object embed textarea br wbr hr").split(" "),
);
const UNREAD_BUT_SHOWN = new Set(
  "canvas video audio object embed textarea br wbr hr".split(" "),
);
const SEEN = { visibilityProperty: true };
const SVG = "http://www.w3.org/2000/svg";

function newColumns() {
  return {
    nodes: [], parents: [], ends: [], textStarts: [], textEnds: [], pointers: [], unseen: [],
    positions: [], frames: [], tokens: [], indexOf: new Map(), frameList: [], truncated: false, shadowed: 0,
  };
}

const closedRoots = new WeakMap();
const shadowOf = (element) => openShadowOf(element) || closedRoots.get(element) || null;

function isFrame(tag) {
  return tag === "iframe" || tag === "frame";
}

function documentOf(frame) {
  try {
    return frame.contentDocument;
  } catch {
    return null;
  }
}

// The number of a frame in its document: light-tree frames in document order, then those in shadow
// roots, tree by tree.
function numberFrames(document) {
  const numbers = new Map();
  const add = (root) => {
    for (const frame of root.querySelectorAll("iframe,frame")) {
      if (!numbers.has(frame)) numbers.set(frame, numbers.size);
    }
  };
  add(document);
  return (frame) => {
    if (!numbers.has(frame)) rootsBelow(document).forEach(add);
    if (!numbers.has(frame)) numbers.set(frame, numbers.size);
    return numbers.get(frame);
  };
}

function newFrame(document, path, owner, outer) {
  const view = document.defaultView;
  return {
    document, path, owner, outer, view, numberOf: numberFrames(document),
    left: 0, top: 0, scale: 1, width: view.innerWidth, height: view.innerHeight,
  };
}

// Where the frame's viewport starts in the top frame's viewport.
function placeFrame(frame) {
  const box = rectOf(frame.owner);
  const style = getComputedStyle(frame.owner);
  const scale = frame.owner.offsetWidth ? box.width / frame.owner.offsetWidth : 1;
  const inner = frame.outer.scale * scale;
  frame.left = frame.outer.left + frame.outer.scale * box.left +
    inner * (frame.owner.clientLeft + parseFloat(style.paddingLeft));
  frame.top = frame.outer.top + frame.outer.scale * box.top +
    inner * (frame.owner.clientTop + parseFloat(style.paddingTop));
  frame.scale = inner;
}

// An icon's shapes are no elements to act on; a chart's may be, and say so by their attributes or
// by listening themselves (`charts`: the svgs in which a shape does).
const isPicture = (svg) => !svg.querySelector("a,text,foreignObject,[role],[tabindex],[onclick]");

function walk(document, columns, charts = new Set()) {
  const { nodes, parents, ends, textStarts, textEnds, pointers, unseen, positions, frames, tokens,
    indexOf } = columns;
  const top = newFrame(document, "", null, null);
  columns.frameList.push(top);
  const stack = [];
  let cursor = { next: document.documentElement, list: null, position: 0, index: -1, frame: top,
    block: true, summaryOnly: false };
  let gap = true;

  while (true) {
    const node = cursor.next;
    if (node === null) {
      const index = cursor.index;
      if (index >= 0) {
        ends[index] = nodes.length;
        textEnds[index] = tokens.length;
        if (cursor.block) gap = true;
      }
      if (!stack.length) break;
      cursor = stack.pop();
      continue;
    }
    cursor.next = cursor.list ? cursor.list[++cursor.position] || null : nextOf(node);
    const type = typeOf(node);
    if (type === 3) {
      if (cursor.index >= 0 && unseen[cursor.index]) continue;
      const data = node.data;
      const text = (data.length > MAX_TOKEN ? data.slice(0, MAX_TOKEN) : data)
        .replace(/[\s\u00a0]+/g, " ");
      if (text === " " || text === "") {
        if (text) gap = true;
        continue;
      }
      tokens.push(gap && text[0] !== " " ? " " + text : text);
      gap = false;
      continue;
    }
    if (type !== 1) continue;
    const tag = tagOf(node);
    if (UNREAD.has(tag) && !UNREAD_BUT_SHOWN.has(tag)) continue;
    if (cursor.summaryOnly && tag !== "summary") continue;
    const style = getComputedStyle(node);
    const display = style.display;
    if (display === "none" && tag !== "area") continue;
    if (nodes.length >= MAX_ELEMENTS) {
      columns.truncated = true;
      continue;
    }
    const index = nodes.length;
    indexOf.set(node, index);
    nodes.push(node);
    parents.push(cursor.index);
    ends.push(index + 1);
    textStarts.push(tokens.length);
    textEnds.push(tokens.length);
    pointers.push(style.cursor === "pointer");
    const hidden = style.visibility !== "visible";
    unseen.push(hidden);
    positions.push(style.position);
    frames.push(cursor.frame);
    const block = display !== "inline" && display !== "contents";
    if (block || tag === "br") gap = true;
    if (UNREAD_BUT_SHOWN.has(tag)) continue;
    let child = firstChildOf(node), list = null, frame = cursor.frame;
    const shadow = shadowOf(node);
    if (shadow) {
      child = firstChildOf(shadow);
      columns.shadowed += shadow.querySelectorAll("*").length;
    }
    else if (tag === "svg" && isPicture(node) && !charts.has(node)) continue;
    else if (tag === "slot") {
      const assigned = node.assignedNodes();
      if (assigned.length) [list, child] = [assigned, assigned[0]];
    } else if (isFrame(tag)) {
      const number = frame.numberOf(node);
      const inner = hidden ? null : documentOf(node);
      const path = (frame.path && frame.path + "/") + number;
      child = null;
      if (inner && inner.documentElement && inner.defaultView) {
        frame = newFrame(inner, path, node, frame);
        columns.frameList.push(frame);
        child = inner.documentElement;
      } else if (!hidden) {
        frame = { document: null, path, owner: node, outer: frame, index };
        columns.frameList.push(frame);
      }
    } else if (tag === "select" && !node.multiple && node.size <= 1) child = null;
    if (child === null) continue;
    stack.push(cursor);
    cursor = { next: child, list, position: 0, index, frame, block,
      summaryOnly: tag === "details" && !node.open };
  }
  return columns;
}

function between(columns, start, end, limit) {
  let text = "";
  for (let k = start; k < end && text.length < limit; k++) text += columns.tokens[k];
  return text.trim().slice(0, limit);
}

const textOf = (columns, index, limit) =>
  between(columns, columns.textStarts[index], columns.textEnds[index], limit);
