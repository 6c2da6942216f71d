// Words around an element: label, adjacent text, legend, table headers, card and section heading.
const MAX_CONTEXT = 200;
const MAX_PIECE = 80;
const HEADINGS = new Set("h1 h2 h3 h4 h5 h6".split(" "));
const CARDS = new Set("li article tr dd figure section fieldset form dialog".split(" "));

function headingsOf(columns) {
  const found = [];
  columns.nodes.forEach((node, i) => {
    if (HEADINGS.has(tagOf(node)) || attribute(node, "role") === "heading") found.push(i);
  });
  return found;
}

// The last heading before `index` whose section (its parent or that one's parent) holds the element.
function headingFor(columns, headings, index) {
  let low = 0, high = headings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (headings[middle] < index) low = middle + 1;
    else high = middle;
  }
  for (let k = low - 1; k >= 0 && k >= low - 6; k--) {
    const heading = headings[k];
    if (columns.ends[heading] > index) continue;
    let section = columns.parents[heading];
    for (let steps = 0; steps < 2 && section >= 0; steps++) {
      if (columns.ends[section] > index) return textOf(columns, heading, MAX_PIECE);
      section = columns.parents[section];
    }
  }
  return "";
}

function contextOf(columns, headings, index, node, own) {
  const pieces = [];
  const add = (text) => {
    const piece = text && tidy(text).slice(0, MAX_PIECE);
    if (piece && piece !== own.name && piece !== own.text && !pieces.includes(piece)) {
      pieces.push(piece);
    }
  };
  if (isField(node)) add(labelText(node));
  add(own.label);
  aroundOf(columns, index, node, own, add);
  add(headingFor(columns, headings, index));
  return pieces.join(" | ").slice(0, MAX_CONTEXT);
}

function aroundOf(columns, index, node, own, add) {
  const short = own.text.length + own.name.length < 40;
  let cards = 0;
  for (let up = columns.parents[index], steps = 0; up >= 0 && steps < 12; steps++) {
    const around = columns.nodes[up];
    const tag = tagOf(around);
    if (tag === "td" || tag === "th") addTable(columns, around, add);
    else if (tag === "fieldset") add(childText(around, "legend"));
    else if (tag === "figure") add(childText(around, "figcaption"));
    else if (tag === "label") add(textOf(columns, up, MAX_PIECE));
    const role = explicitRole(around);
    if (role === "group" || role === "radiogroup") add(nameOf(around, role).name);
    if (cards === 0 && short && isCard(columns, up, own)) {
      cards++;
      add(titleOfCard(columns, up));
    }
    if (tag === "body" || tag === "main") return;
    up = columns.parents[up];
  }
}

function isCard(columns, index, own) {
  const node = columns.nodes[index];
  const role = explicitRole(node);
  if (CARDS.has(tagOf(node)) || role === "listitem" || role === "article") return true;
  return isRepeated(node) && textOf(columns, index, MAX_PIECE) !== own.text;
}

// One of several like it, side by side: a post, a product, a row made of plain boxes. The first class
// says what it is, the others its state: unread, open, urgent.
function isRepeated(node) {
  const kind = firstClassOf(node);
  const alike = (other) => other && tagOf(other) === tagOf(node) && firstClassOf(other) === kind;
  return Boolean(kind) && (alike(nextElementOf(node)) || alike(node.previousElementSibling));
}

const firstClassOf = (node) => (attribute(node, "class") || "").trim().split(/\s/, 1)[0];

function titleOfCard(columns, card) {
  const end = Math.min(columns.ends[card], card + 40);
  for (let k = card + 1; k < end; k++) {
    if (HEADINGS.has(tagOf(columns.nodes[k]))) return textOf(columns, k, MAX_PIECE);
  }
  return between(columns, columns.textStarts[card], columns.textEnds[card], MAX_PIECE);
}

function addTable(columns, cell, add) {
  const row = parentElementOf(cell);
  if (!row || tagOf(row) !== "tr") return;
  const first = row.cells[0];
  if (first && first !== cell) add(shownText(columns, first));
  add(headerOf(columns, cell));
}

// What acts as a field's label although the page does not say so: the words beside it, else the
// head of its table column.
function labelOf(columns, index, node) {
  const types = isField(node) || node.isContentEditable === true;
  if (!types || ["submit", "button", "reset", "image"].includes(node.type)) return "";
  const ticked = node.type === "checkbox" || node.type === "radio";
  const words = (ticked && textAfter(columns, index)) || textBefore(columns, index);
  if (words) return tidy(words);
  const cell = closest(node, "td");
  return (cell && tidy(headerOf(columns, cell))) || (ticked ? "" : tidy(textAfter(columns, index)));
}

function headerOf(columns, cell) {
  const row = parentElementOf(cell);
  const table = row && tagOf(row) === "tr" && closest(row, "table");
  const head = table && table.rows[0];
  const header = head && head !== row && head.cells[cell.cellIndex];
  return header && tagOf(header) === "th" ? shownText(columns, header) : "";
}

function shownText(columns, node) {
  const index = columns.indexOf.get(node);
  return index === undefined ? "" : textOf(columns, index, MAX_PIECE);
}

// The words just before a field, inside the nearest ancestor that has words before it.
function textBefore(columns, index) {
  const start = columns.textStarts[index];
  for (let up = columns.parents[index], steps = 0; up >= 0 && steps < 4; steps++) {
    if (tagOf(columns.nodes[up]) === "form") return "";
    if (columns.textStarts[up] < start) {
      return between(columns, Math.max(columns.textStarts[up], start - 2), start, 1000).slice(-MAX_PIECE);
    }
    up = columns.parents[up];
  }
  return "";
}

function textAfter(columns, index) {
  const end = columns.textEnds[index];
  const up = columns.parents[index];
  return up < 0 ? "" : between(columns, end, Math.min(columns.textEnds[up], end + 2), MAX_PIECE);
}
