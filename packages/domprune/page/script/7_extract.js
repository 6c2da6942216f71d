// The whole extraction: document -> columns -> candidates -> seen ones -> JSON text.
const MAX_ELEMENT_TEXT = 1000;
let latest = [];

function settle(columns, candidates, counts) {
  const clips = new Array(columns.nodes.length);
  const blanket = candidates.some(({ index }) => !inView(columns.frames[index],
    rectOf(columns.nodes[index]))) ? blanketOf(columns) : null;
  const shown = [];
  for (const candidate of candidates) {
    const state = stateOf(columns, clips, candidate, blanket);
    if (state === "seen" || state === "below") {
      candidate.inViewport = state === "seen";
      shown.push(candidate);
    } else if (!standIn(columns, clips, candidate, blanket)) counts[state] = (counts[state] || 0) + 1;
    else shown.push(candidate);
  }
  return shown;
}

function stateOf(columns, clips, candidate, blanket) {
  const { index } = candidate;
  const node = columns.nodes[index];
  const area = tagOf(node) === "area";
  if (columns.unseen[index] || (!area && !isShown(node, SEEN))) return "hidden";
  if (isInert(columns, index)) return "inert";
  const box = boxOf(columns, index);
  if (!box) return "without a box";
  candidate.box = box;
  const frame = columns.frames[index];
  if (!frameShown(columns, clips, frame)) return "in frames out of sight";
  if (!area && !isShown(node, OPAQUE)) {
    const drawn = isField(node) && parentElementOf(node) && isShown(parentElementOf(node), OPAQUE);
    if (!drawn) return "transparent";
    if (box.width * box.height < 16) return "without a box";
    return inView(frame, box) ? besideOf(columns, clips, index, inView(frame, box)) : "below";
  }
  const view = inView(frame, box);
  if (!view) {
    if (isClipped(columns, clips, index, box)) return "clipped";
    if (unreachable(columns, index, frame, box) && !isScrolledOut(columns, index)) return "off the page";
    if (blanket !== null && !(blanket <= index && index < columns.ends[blanket])) return "covered";
    return "below";
  }
  const state = coverOf(columns, clips, index, view);
  return state === "scrolled" ? (isClipped(columns, clips, index, box) ? "clipped" : "below") : state;
}

// A transparent native field is the real control when what covers it stands beside it.
function besideOf(columns, clips, index, view) {
  const node = columns.nodes[index];
  const state = coverOf(columns, clips, index, view);
  if (state !== "covered") return state;
  const hit = touched(columns.frames[index], rootOf(node),
    (view.left + view.right) / 2, (view.top + view.bottom) / 2);
  return hit && contains(parentElementOf(node), hit) ? "seen" : "covered";
}

// Left of or above the page's origin nothing can be scrolled to.
function unreachable(columns, index, frame, box) {
  if (frame.origin === undefined) {
    const rightward = getComputedStyle(frame.document.documentElement).direction === "rtl";
    frame.origin = [rightward ? 1e9 : frame.view.scrollX, frame.view.scrollY];
  }
  return box.right + frame.origin[0] <= 0 || box.bottom + frame.origin[1] <= 0;
}

function frameShown(columns, clips, frame) {
  if (!frame.outer) return true;
  if (frame.shown === undefined) {
    const index = columns.indexOf.get(frame.owner);
    const box = rectOf(frame.owner);
    frame.shown = box.width > 2 && box.height > 2 && isShown(frame.owner, OPAQUE) &&
      !isClipped(columns, clips, index, box) && frameShown(columns, clips, frame.outer);
  }
  return frame.shown;
}

// A hidden checkbox, radio or file field is what its visible label is drawn for.
function standIn(columns, clips, candidate, blanket) {
  const node = columns.nodes[candidate.index];
  if (!isField(node) || !node.labels) return false;
  return Array.from(node.labels).some((label) => {
    const index = columns.indexOf.get(label);
    if (index === undefined) return false;
    const view = { index, reasons: 0 };
    const state = stateOf(columns, clips, view, blanket);
    if (state !== "seen" && state !== "below") return false;
    candidate.reasons |= LABEL;
    candidate.box = view.box;
    candidate.inViewport = state === "seen";
    return true;
  });
}

// Fields that are not rendered at all, found through the labels that are.
function labelled(columns, candidates) {
  const known = new Set(candidates.map(({ index }) => columns.nodes[index]));
  const added = [];
  columns.nodes.forEach((node, index) => {
    if (tagOf(node) !== "label") return;
    const control = node.control;
    if (!control || known.has(control) || columns.indexOf.has(control) || !isField(control)) return;
    known.add(control);
    added.push({ index, reasons: TAG | LABEL, control });
  });
  return candidates.concat(added).sort((a, b) => a.index - b.index);
}

function describe(columns, headings, pathOf, candidate) {
  const { index, box } = candidate;
  const node = candidate.control || columns.nodes[index];
  const frame = columns.frames[index];
  const role = roleOf(node);
  const text = isField(node) && tagOf(node) !== "button" ? "" : textOf(columns, index, MAX_ELEMENT_TEXT);
  const { name, source } = nameOf(node, role);
  const label = labelText(node) ? "" : labelOf(columns, index, node);
  const attributes = attributesOf(node);
  if ((!name && !text) || isShape(node)) {
    const icon = [iconOf(node), lookOf(node)].filter(Boolean).join(" ");
    if (icon) attributes.icon = icon;
  }
  const round = (value) => Math.round(value * 10) / 10;
  return [
    tagOf(node), role, name, descriptionOf(node, source), text,
    label, contextOf(columns, headings, index, node, { name, text, label }), valueOf(node),
    optionsOf(node),
    attributes, candidate.reasons, frame.path, pathOf(node),
    [round(frame.left + box.left * frame.scale), round(frame.top + box.top * frame.scale),
      round(box.width * frame.scale), round(box.height * frame.scale)],
    candidate.inViewport, index,
  ];
}

function htmlChars(columns) {
  let chars = 0;
  for (const { document } of columns.frameList) {
    if (document) chars += document.documentElement.outerHTML.length;
  }
  return chars;
}

// All elements, unrendered ones included, but for shadow roots in what is not rendered.
function countQuickly(columns) {
  return columns.frameList.reduce((count, { document }) =>
    count + (document ? document.getElementsByTagName("*").length : 0), columns.shadowed);
}

// The keys of `listening` are "path of frame : number of the element in its document".
function listenersOf(columns, listening) {
  const listeners = heard;
  heard = new Set();
  for (const { document, path } of columns.frameList) {
    const numbers = document && listening[path];
    if (!numbers) continue;
    const all = document.querySelectorAll("*");
    for (const number of numbers) if (all[number]) listeners.add(all[number]);
  }
  return listeners;
}

let heard = new Set(); // told for the next extraction alone

// The pictures whose shapes listen, and were walked past because nothing else told them from icons.
function chartsOf(columns, listeners) {
  const charts = new Set();
  for (const node of listeners) {
    if (typeOf(node) !== 1) continue;
    const svg = spaceOf(node) === SVG && !columns.indexOf.has(node) && closest(node, "svg");
    if (svg && columns.indexOf.has(svg)) charts.add(svg);
  }
  return charts;
}

function walkAll(listening) {
  const columns = walk(document, newColumns());
  const listeners = listenersOf(columns, listening);
  const charts = chartsOf(columns, listeners);
  return { listeners, columns: charts.size ? walk(document, newColumns(), charts) : columns };
}

function extract(listening) {
  speakers = new Map();
  const { columns, listeners } = walkAll(listening);
  for (const frame of columns.frameList) if (frame.outer) placeFrame(frame);
  const counts = {};
  let candidates = candidatesOf(columns, listeners);
  candidates = settle(columns, labelled(columns, candidates), counts);
  candidates = withoutWrappers(columns, candidates);
  if (columns.truncated) counts[`elements or more: only ${MAX_ELEMENTS} are read`] = 1;
  const headings = headingsOf(columns), pathOf = newPaths();
  latest = candidates.map(({ index, control }) => control || columns.nodes[index]);
  return JSON.stringify({
    url: location.href, title: document.title.slice(0, 300), chars: htmlChars(columns),
    count: countQuickly(columns), scroll: [scrollX, scrollY], viewport: [innerWidth, innerHeight], counts,
    elements: candidates.map((candidate) => describe(columns, headings, pathOf, candidate)),
    frames: outerFrames(columns),
  });
}

// Frames whose document another process or origin holds: where they stand, for the protocol to ask.
function outerFrames(columns) {
  const clips = new Array(columns.nodes.length);
  foreign = columns.frameList.filter(({ document }) => !document);
  return foreign.map((frame) => {
    placeFrame(frame);
    const box = rectOf(frame.owner);
    const view = inView(frame.outer, box);
    const index = columns.indexOf.get(frame.owner);
    const shown = frameShown(columns, clips, frame) && !isInert(columns, index) &&
      (!view || coverOf(columns, clips, index, view) !== "covered");
    frame.isRead = shown;
    return { path: frame.path, index: frame.index, left: frame.left, top: frame.top,
      scale: frame.scale, shown, address: addressOf(frame.owner) };
  });
}

// A frame's place in the tree of windows: at each level its number and how many there are.
function addressOf(owner) {
  const { defaultView } = owner.ownerDocument;
  const outer = defaultView === window ? [] : addressOf(defaultView.frameElement);
  let number = 0;
  while (number < defaultView.length && defaultView[number] !== owner.contentWindow) number++;
  return [...outer, [number, defaultView.length]];
}

let foreign = [];
