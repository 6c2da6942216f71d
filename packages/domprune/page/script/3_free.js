// Which elements stand free: no box of another lies over their centre, so that nothing covers them.
//
// A hit test takes up to 3 ms where a page has many layers, reading a box a few microseconds. Only
// where boxes overlap must the hit tests decide. What lies around an element or in it covers nothing
// (see `coverOf`); what is drawn outside its element's box is known for pseudo-elements that leave
// the flow, and left out of account for text that overflows.
const STRETCH = 100;

// The boxes that may cover something in the top frame's viewport; null where they cannot be told.
function boxesInView(columns) {
  const [top] = columns.frameList;
  if (columns.truncated || columns.shadowed) return null;
  if (top.document.querySelector(":modal,:popover-open,:fullscreen")) return null;
  const layered = matchedIn(top.document, "layers");
  if (layered === null) return null;
  const boxes = [];
  const add = (index, box) => {
    if (box.right > box.left && box.bottom > box.top && !isBeyond(top, box, 0)) boxes.push({ index, box });
  };
  const escapes = escapesIn(columns);
  for (let index = 0; index < columns.nodes.length;) {
    const node = columns.nodes[index], box = rectOf(node);
    if (!columns.unseen[index]) add(index, box);
    const isAway = box.width > 0 && box.height > 0 && isBeyond(top, box, 1) && !escapes(index);
    index = isAway || isFrame(tagOf(node)) ? columns.ends[index] : index + 1;
  }
  for (const node of layered) {
    const index = columns.indexOf.get(node);
    if (index !== undefined) add(index, boxOfLayer(columns, index));
  }
  return boxes;
}

// Whether a box lies outside the viewport, by so many screens.
const isBeyond = ({ width, height }, box, screens) =>
  box.right <= -screens * width || box.left >= (1 + screens) * width ||
  box.bottom <= -screens * height || box.top >= (1 + screens) * height;

// Tells whether something inside an element is placed by what lies around that element.
function escapesIn({ positions, ends }) {
  const fixed = [0], absolute = [0];
  positions.forEach((position, k) => {
    fixed.push(fixed[k] + (position === "fixed"));
    absolute.push(absolute[k] + (position === "absolute"));
  });
  const inside = (counts, index) => counts[ends[index]] > counts[index + 1];
  return (index) =>
    inside(fixed, index) || (positions[index] === "static" && inside(absolute, index));
}

// Where a pseudo-element out of the flow may lie: in the positioned box around it, or a little beyond.
function boxOfLayer({ nodes, parents, positions }, index) {
  for (const pseudo of ["::before", "::after"]) {
    if (getComputedStyle(nodes[index], pseudo).position === "fixed") return EVERYWHERE;
  }
  let up = index;
  while (up > 0 && positions[up] === "static") up = parents[up];
  const { left, top, right, bottom } = rectOf(nodes[up]);
  return { left: left - STRETCH, top: top - STRETCH, right: right + STRETCH, bottom: bottom + STRETCH };
}

function standsFree(columns, index, view) {
  const { ends, frames, nodes, frameList } = columns;
  const node = nodes[index];
  if (frames[index] !== frameList[0] || tagOf(node) === "area") return false;
  if (columns.inView === undefined) columns.inView = boxesInView(columns);
  if (columns.inView === null) return false;
  const x = (view.left + view.right) / 2, y = (view.top + view.bottom) / 2;
  const isOver = ({ left, top, right, bottom }) =>
    left - 1 <= x && x <= right + 1 && top - 1 <= y && y <= bottom + 1;
  const isOwn = (other) => (other < index ? ends[other] > index : other < ends[index]) ||
    sameControl(node, nodes[other]);
  return columns.inView.every((one) => !isOver(one.box) || isOwn(one.index));
}
