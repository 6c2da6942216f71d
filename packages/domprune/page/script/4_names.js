// Accessible name and description (W3C accname 1.2), for candidates and for what they refer to.
const MAX_NAME = 500;
const FROM_CONTENT = new Set(
  ("button cell checkbox columnheader gridcell heading link menuitem menuitemcheckbox " +
    "menuitemradio option radio row rowheader switch tab tooltip treeitem").split(" "),
);
const NAME_BLOCKS = new Set(["textbox", "searchbox", "combobox", "listbox", "slider", "spinbutton"]);
const SUBMIT_NAMES = { submit: "Submit", reset: "Reset", image: "Submit", file: "Choose File" };
const PRIVATE_USE = /[\ue000-\uf8ff]|[\udb80-\udbff][\udc00-\udfff]/g;

const tidy = (text) => text.replace(/[\s\u00a0]+/g, " ").trim().slice(0, MAX_NAME);

function referenced(element, name) {
  const ids = attribute(element, name);
  if (!ids) return [];
  const root = rootOf(element);
  return ids.trim().split(/\s+/).slice(0, 50).map((id) => root.getElementById(id))
    .filter(Boolean);
}

function nameOf(element, role) {
  const labels = referenced(element, "aria-labelledby");
  if (labels.length) {
    const name = tidy(labels.map((label) => referencedText(label, element)).join(" "));
    if (name) return { name, source: "labelledby" };
  }
  const own = tidy(attribute(element, "aria-label") || "");
  if (own) return { name: own, source: "label" };
  const native = nativeName(element);
  if (native) return { name: native, source: "native" };
  if (FROM_CONTENT.has(role) || tagOf(element) === "summary") {
    const name = tidy(contentText(element, freshWalk(element)));
    if (name) return { name, source: "content" };
  }
  const title = tidy(attribute(element, "title") || "");
  if (title) return { name: title, source: "title" };
  const hint = tidy(attribute(element, "placeholder") || attribute(element, "aria-placeholder") || "");
  return { name: hint, source: hint ? "placeholder" : "" };
}

function descriptionOf(element, source) {
  const described = referenced(element, "aria-describedby");
  if (described.length) {
    const text = tidy(described.map((node) => referencedText(node, element)).join(" "));
    if (text) return text.slice(0, 300);
  }
  const own = tidy(attribute(element, "aria-description") || "");
  if (own) return own.slice(0, 300);
  return source === "title" ? "" : tidy(attribute(element, "title") || "").slice(0, 300);
}

const freshWalk = (origin, hidden = false) => ({ origin, hidden, seen: new Set(), budget: 2000 });

function referencedText(node, origin) {
  const own = tidy(attribute(node, "aria-label") || "");
  if (own) return own;
  if (node !== origin && isField(node)) return embeddedValue(node) || nativeName(node);
  if (tagOf(node) === "input" || tagOf(node) === "img") return nativeName(node);
  return contentText(node, freshWalk(origin, !isShown(node, SEEN)));
}

function nativeName(element) {
  const tag = tagOf(element);
  if (tag === "input") {
    const { type } = element;
    if (type === "submit" || type === "reset" || type === "button") {
      const labelled = labelText(element);
      return labelled || tidy(attribute(element, "value") ?? SUBMIT_NAMES[type] ?? "");
    }
    if (type === "image") {
      return labelText(element) || tidy(attribute(element, "alt") || attribute(element, "value") ||
        attribute(element, "title") || SUBMIT_NAMES.image);
    }
    return labelText(element);
  }
  if (tag === "select" || tag === "textarea" || tag === "button") return labelText(element);
  if (tag === "img" || tag === "area") return tidy(attribute(element, "alt") || "");
  if (tag === "fieldset") return childText(element, "legend");
  if (tag === "table") return childText(element, "caption");
  if (tag === "figure") return childText(element, "figcaption");
  if (spaceOf(element) === SVG) return tidy(svgTitle(element));
  return "";
}

function svgTitle(element) {
  for (let child = firstElementOf(element); child; child = nextElementOf(child)) {
    if (tagOf(child) === "title") return child.textContent;
  }
  return "";
}

function childText(element, tag) {
  for (let child = firstElementOf(element); child; child = nextElementOf(child)) {
    if (tagOf(child) === tag) return tidy(contentText(child, freshWalk(element)));
  }
  return "";
}

function labelText(element) {
  const { labels } = element;
  if (!labels || !labels.length) return "";
  return tidy(Array.from(labels, (label) => {
    const own = tidy(attribute(label, "aria-label") || "");
    return own || contentText(label, freshWalk(element, !isShown(label, SEEN)));
  }).join(" "));
}

// Step 2C: a field inside a label speaks with its value.
function embeddedValue(element) {
  const tag = tagOf(element);
  if (tag === "select") return tidy(Array.from(element.selectedOptions, (o) => o.label).join(" "));
  if (tag === "textarea") return tidy(element.value.slice(0, MAX_NAME));
  if (tag === "input") {
    const role = roleOf(element);
    if (isSecret(element)) return "";
    return NAME_BLOCKS.has(role) ? tidy(element.value.slice(0, MAX_NAME)) : "";
  }
  const role = explicitRole(element);
  if (role === "textbox" || role === "searchbox") return tidy(ownTextOf(element).slice(0, MAX_NAME));
  if (role === "slider" || role === "spinbutton") {
    return tidy(attribute(element, "aria-valuetext") || attribute(element, "aria-valuenow") || "");
  }
  return "";
}

function isSecret(element) {
  return element.type === "password" ||
    /(password|one-time-code|cc-csc)/.test(attribute(element, "autocomplete") || "");
}

function contentText(element, state) {
  if (state.seen.has(element) || state.budget <= 0) return "";
  state.seen.add(element);
  let text = pseudo(element, "::before");
  for (let child = firstFlat(element); child; child = child.next()) {
    if (state.budget-- <= 0 || text.length > 4 * MAX_NAME) break;
    const { node } = child;
    if (typeOf(node) === 3) text += node.data.length > MAX_TOKEN ? node.data.slice(0, MAX_TOKEN) : node.data;
    else if (typeOf(node) === 1) text += elementText(node, state);
  }
  return text + pseudo(element, "::after");
}

// Children in the flat tree, as {node, next()}.
function firstFlat(element) {
  const shadow = shadowOf(element);
  if (!shadow && tagOf(element) === "slot") {
    const assigned = element.assignedNodes();
    if (assigned.length) return listed(assigned, 0);
  }
  return linked(firstChildOf(shadow || element));
}
const linked = (node) => node && { node, next: () => linked(nextOf(node)) };
const listed = (nodes, k) => k < nodes.length ? { node: nodes[k], next: () => listed(nodes, k + 1) } : null;

function elementText(node, state) {
  const tag = tagOf(node);
  if (tag === "br") return " ";
  if (UNREAD.has(tag) && !UNREAD_BUT_SHOWN.has(tag)) return "";
  const style = getComputedStyle(node);
  if (!state.hidden) {
    if (attribute(node, "aria-hidden") === "true") return "";
    if (style.display === "none" || style.visibility !== "visible" && !firstElementOf(node)) return "";
  }
  const inline = style.display === "inline" || style.display === "contents";
  const text = ownText(node, state);
  return inline || !text ? text : " " + text + " ";
}

function ownText(node, state) {
  const label = attribute(node, "aria-label");
  if (label && label.trim()) return label;
  const tag = tagOf(node);
  if (node !== state.origin && (isField(node) || NAME_BLOCKS.has(explicitRole(node)))) {
    const value = embeddedValue(node);
    return value || (tag === "input" ? nativeName(node) : "");
  }
  if (node === state.origin && isField(node)) return "";
  if (tag === "img") return ` ${attribute(node, "alt") ?? attribute(node, "title") ?? ""} `;
  if (tag === "svg") return svgTitle(node);
  if (tag === "iframe") return attribute(node, "title") || "";
  const text = contentText(node, state);
  return tidy(text) ? text : attribute(node, "title") || text; // step 2I: a swatch says its tooltip
}

function pseudo(element, which) {
  if (!maySpeak(element)) return "";
  const style = getComputedStyle(element, which);
  const { content } = style;
  if (content === "none" || content === "normal" || !content) return "";
  const words = spoken(content);
  return style.display === "inline" || !words ? words : " " + words + " ";
}

// The strings of a CSS `content` value; the alternative text after a slash wins.
function spoken(content) {
  const slash = content.lastIndexOf(" / ");
  const part = slash >= 0 ? content.slice(slash + 3) : content;
  let words = "";
  for (const [, text] of part.matchAll(/"((?:[^"\\]|\\.)*)"/g)) words += text.replace(/\\(.)/g, "$1");
  return words.replace(PRIVATE_USE, "");
}
