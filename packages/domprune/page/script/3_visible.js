// Whether a person can see and reach an element: hit tests inside the viewport, geometry outside.
//
// Nothing is scrolled or resized: reading a page must not change it. Outside the viewport an
// element counts as seen when it has a box, is not transparent and is not clipped away by an
// ancestor that hides its overflow. Where one fixed layer (a dialog's backdrop) covers the whole
// viewport, it covers what lies below the fold too.
const OPAQUE = { opacityProperty: true };
const EVERYWHERE = { left: -1e9, top: -1e9, right: 1e9, bottom: 1e9 };

// An area has no box of its own: it is a part of the picture that uses its map.
function boxOfArea(area) {
  const map = closest(area, "map");
  const picture = map && rootOf(map).querySelector(`img[usemap="#${CSS.escape(map.name)}"]`);
  if (!picture || !isShown(picture, SEEN)) return null;
  const box = rectOf(picture);
  const [x1, y1, x2, y2] = area.coords.split(",").map(Number);
  if (area.shape === "circle") return new DOMRect(box.left + x1 - x2, box.top + y1 - x2, 2 * x2, 2 * x2);
  if (area.shape !== "rect") return box;
  return new DOMRect(box.left + x1, box.top + y1, x2 - x1, y2 - y1);
}

function boxOf(columns, index) {
  if (tagOf(columns.nodes[index]) === "area") return boxOfArea(columns.nodes[index]);
  const rect = rectOf(columns.nodes[index]);
  if (rect.width > 0 && rect.height > 0) return rect;
  const end = Math.min(columns.ends[index], index + 30);
  for (let k = index + 1; k < end; k++) {
    const inner = rectOf(columns.nodes[k]);
    if (inner.width > 0 && inner.height > 0) return inner;
  }
  return null;
}

// The part of its document in which the content of element `index` can show, scrolling allowed.
function clipInside(columns, clips, index) {
  const path = [];
  let up = index;
  while (up >= 0 && clips[up] === undefined) {
    path.push(up);
    up = columns.parents[up];
  }
  let clip = up >= 0 ? clips[up] : EVERYWHERE;
  for (let k = path.length - 1; k >= 0; k--) {
    clip = narrowed(columns, clips, path[k], clip);
    clips[path[k]] = clip;
  }
  return clip;
}

function narrowed(columns, clips, index, clip) {
  const node = columns.nodes[index];
  const tag = tagOf(node);
  if (tag === "html" || tag === "body") return EVERYWHERE;
  const style = getComputedStyle(node);
  const position = style.position;
  if (position === "fixed") clip = EVERYWHERE;
  else if (position === "absolute") clip = clipOfAbsolute(columns, clips, node, clip);
  const overflow = style.overflow;
  if (overflow === "visible" || style.display === "inline" || style.display === "contents") {
    return clipProperty(style, position, node, clip);
  }
  const box = rectOf(node);
  const scrolls = overflow.includes("auto") || overflow.includes("scroll");
  const both = {
    left: Math.max(clip.left, box.left), top: Math.max(clip.top, box.top),
    right: Math.min(clip.right, box.right), bottom: Math.min(clip.bottom, box.bottom),
  };
  if (both.right - both.left < 1 || both.bottom - both.top < 1) return both;
  return scrolls ? EVERYWHERE : both;
}

// `clip: rect(0 0 0 0)` is how pages keep text for screen readers only.
function clipProperty(style, position, node, clip) {
  if (position !== "absolute" && position !== "fixed") return clip;
  const rule = style.clip;
  if (rule === "auto" || !/^rect\((0px|1px)(, | )(0px|1px)(, | )(0px|1px)(, | )(0px|1px)\)$/.test(rule))
    return clip;
  return { left: 0, top: 0, right: 0, bottom: 0 };
}

function clipOfAbsolute(columns, clips, node, clip) {
  const container = node instanceof HTMLElement ? offsetParentOf(node) : null;
  if (!container) return clip;
  const index = columns.indexOf.get(container);
  return index === undefined || clips[index] === undefined ? clip : clips[index];
}

function isClipped(columns, clips, index, box) {
  const clip = clipInside(columns, clips, index);
  return Math.min(clip.right, box.right) - Math.max(clip.left, box.left) < 1 ||
    Math.min(clip.bottom, box.bottom) - Math.max(clip.top, box.top) < 1;
}

function inView(frame, box) {
  const left = Math.max(box.left, 0), top = Math.max(box.top, 0);
  const right = Math.min(box.right, frame.width), bottom = Math.min(box.bottom, frame.height);
  if (right - left < 1 || bottom - top < 1) return null;
  const view = { left, top, right, bottom };
  if (!frame.outer) return view;
  const corner = outward(frame, left, top), far = outward(frame, right, bottom);
  const seen = inView(frame.outer, {
    left: corner.x, top: corner.y, right: far.x, bottom: far.y,
  });
  if (!seen) return null;
  const scale = frame.scale / frame.outer.scale;
  return {
    left: left + (seen.left - corner.x) / scale, top: top + (seen.top - corner.y) / scale,
    right: left + (seen.right - corner.x) / scale, bottom: top + (seen.bottom - corner.y) / scale,
  };
}

// A point of the frame's viewport in the viewport of the frame around it.
function outward(frame, x, y) {
  const { outer } = frame;
  return {
    x: (frame.left - outer.left) / outer.scale + (x * frame.scale) / outer.scale,
    y: (frame.top - outer.top) / outer.scale + (y * frame.scale) / outer.scale,
  };
}

function samplePoints(node, view) {
  const { left, top, right, bottom } = view;
  const width = right - left, height = bottom - top;
  const points = [[left + width / 2, top + height / 2]];
  const rects = rectsOf(node);
  if (rects.length > 1) {
    for (let k = 0; k < rects.length && k < 3; k++) {
      points.push([rects[k].left + rects[k].width / 2, rects[k].top + rects[k].height / 2]);
    }
  }
  for (const [x, y] of [[0.1, 0.5], [0.9, 0.5], [0.5, 0.15], [0.5, 0.85]]) {
    points.push([left + width * x, top + height * y]);
  }
  return points;
}

// What a person would touch at a point of the frame's viewport, or null where a frame is covered.
function touched(frame, root, x, y) {
  const hit = root.elementFromPoint(x, y);
  for (let inner = frame, px = x, py = y; hit && inner.outer; inner = inner.outer) {
    const point = outward(inner, px, py);
    const scope = rootOf(inner.owner);
    if (scope.elementFromPoint(point.x, point.y) !== inner.owner) return null;
    [px, py] = [point.x, point.y];
  }
  return hit;
}

function sameControl(node, hit) {
  if (isField(node) || isControl(node)) {
    const label = closest(hit, "label");
    if (label && label.control === node) return true;
  }
  return false;
}

// "seen", "covered", or "scrolled" (to be seen after scrolling: inside a scroller's box that shows
// another part, or under a bar that stays in place). What is scrolled away is asked for at its
// centre only: a hit test can cost a fifth of a millisecond.
function coverOf(columns, clips, index, view) {
  const { nodes, ends, indexOf, frames } = columns;
  const node = nodes[index], frame = frames[index];
  if (standsFree(columns, index, view) && !isScrolledOut(columns, index) &&
      !isClipped(columns, clips, index, view)) return "seen";
  const root = rootOf(node);
  const over = [];
  let around = false, centre = true;
  for (const [x, y] of samplePoints(node, view)) {
    const hit = touched(frame, root, x, y);
    const at = hit ? indexOf.get(hit) : -1;
    if (hit) {
      if (at >= index && at < ends[index]) return "seen";
      if (sameControl(node, hit)) return "seen";
      if (at < index && index < ends[at]) around = true;
      over.push(at);
    }
    if (centre && isScrolledOut(columns, index)) return "scrolled";
    centre = false;
  }
  if (over.length && over.every(at => isBar(columns, at)) && !isBar(columns, index)) return "scrolled";
  return around && !isClipped(columns, clips, index, view) ? "seen" : "covered";
}

// Whether a node is part of a bar that stays while the page scrolls: what lies under such a bar
// comes out from under it. A layer over most of the viewport is no bar.
function isBar(columns, index) {
  for (let up = index; up >= 0; up = columns.parents[up]) {
    const position = getComputedStyle(columns.nodes[up]).position;
    if (position !== "fixed" && position !== "sticky") continue;
    const box = rectOf(columns.nodes[up]), top = columns.frameList[0];
    return (box.right - box.left) * (box.bottom - box.top) < 0.5 * top.width * top.height;
  }
  return false;
}

function isScrolledOut(columns, index) {
  const box = rectOf(columns.nodes[index]);
  for (let up = columns.parents[index]; up >= 0; up = columns.parents[up]) {
    const node = columns.nodes[up];
    if (tagOf(node) === "html" || tagOf(node) === "body") return false;
    if (scrollHeightOf(node) <= clientHeightOf(node) && scrollWidthOf(node) <= clientWidthOf(node)) continue;
    const overflow = getComputedStyle(node).overflow;
    if (!overflow.includes("auto") && !overflow.includes("scroll")) continue;
    const outer = rectOf(node);
    if (box.bottom <= outer.top + 1 || box.top >= outer.bottom - 1 ||
        box.right <= outer.left + 1 || box.left >= outer.right - 1) return true;
  }
  return false;
}

// The element of the one fixed layer that covers the whole viewport, or null.
function blanketOf(columns) {
  const top = columns.frameList[0];
  let blanket = null;
  for (const x of [0.1, 0.5, 0.9]) {
    for (const y of [0.1, 0.5, 0.9]) {
      const hit = top.document.elementFromPoint(top.width * x, top.height * y);
      const layer = hit && fixedLayer(columns, hit);
      if (layer === null || (blanket !== null && blanket !== layer)) return null;
      blanket = layer;
    }
  }
  return blanket;
}

function fixedLayer(columns, hit) {
  const start = columns.indexOf.get(hit);
  if (start === undefined) return null;
  let layer = null;
  for (let up = start; up >= 0; up = columns.parents[up]) {
    if (getComputedStyle(columns.nodes[up]).position === "fixed") layer = up;
  }
  return layer;
}
