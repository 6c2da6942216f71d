// What a hand must know of an element before it acts, and the acts that need no pointer.
//
// Each returns a value: a call without one is taken for one into a world that has gone.
const connectedOf = reader(Node.prototype, "isConnected");
const isHtml = (node) => spaceOf(node) === "http://www.w3.org/1999/xhtml";
const ownerDocumentOf = reader(Node.prototype, "ownerDocument");
const bringIntoView = caller(Element.prototype, "scrollIntoView");
const dispatch = caller(EventTarget.prototype, "dispatchEvent");
const focusOn = caller(HTMLElement.prototype, "focus");
const clickOn = caller(HTMLElement.prototype, "click");
const setterOf = (prototype) => Object.getOwnPropertyDescriptor(prototype, "value").set;
const setValue = {
  input: setterOf(HTMLInputElement.prototype),
  textarea: setterOf(HTMLTextAreaElement.prototype),
};

function isAttached(node) {
  if (!connectedOf(node)) return false;
  const view = ownerDocumentOf(node).defaultView;
  return view === window || Boolean(view && view.frameElement && isAttached(view.frameElement));
}

// The frame that shows a document, with the frames around it up to this world's own.
function frameOf(inner) {
  if (inner === document) return newFrame(inner, "", null, null);
  const owner = inner.defaultView.frameElement;
  const frame = newFrame(inner, "", owner, frameOf(ownerDocumentOf(owner)));
  placeFrame(frame);
  return frame;
}

// Whether `hit` lies in `node` in the flat tree, in which slotted nodes stand in their slots.
function isPartOf(hit, node) {
  for (let up = hit; up; up = up.assignedSlot || parentOf(up) || up.host) if (up === node) return true;
  return false;
}

// Whether a box between the node and what is hit around it scrolls or cuts the node off at the point.
function isCutOff(node, hit, x, y) {
  for (let up = parentElementOf(node); up && up !== hit; up = parentElementOf(up)) {
    const box = rectOf(up);
    const outside = x < box.left || x > box.right || y < box.top || y > box.bottom;
    if (outside && getComputedStyle(up).overflow !== "visible") return true;
  }
  return false;
}

function rectToTouch(node) {
  if (tagOf(node) === "area") return boxOfArea(node);
  for (const one of [node, ...Array.from(within(node, "*")).slice(0, 30)]) {
    const rect = rectOf(one);
    if (rect.width > 0 && rect.height > 0) return rect;
  }
  return null;
}

// Where a pointer touches the node, in this world's viewport; else why it cannot.
function reachOf(node, frame) {
  const drawn = isField(node) && node.labels ? [node, ...node.labels] : [node];
  let hindrance = "it has no box";
  for (const target of drawn) {
    const rect = rectToTouch(target);
    if (!rect || !isShown(target, SEEN)) continue;
    const view = inView(frame, rect);
    if (!view) {
      hindrance = "it is out of view";
      continue;
    }
    let around = null;
    for (const [x, y] of samplePoints(target, view)) {
      const hit = touched(frame, rootOf(target), x, y);
      if (!hit) continue;
      const at = [frame.left + x * frame.scale, frame.top + y * frame.scale];
      if (isPartOf(hit, target) || sameControl(node, hit)) return { at, hindrance: "" };
      const beside = isField(node) && !isShown(node, OPAQUE) && contains(parentElementOf(node), hit);
      if (beside || (isPartOf(target, hit) && !isCutOff(target, hit, x, y))) around = around || at;
      else hindrance = `it is covered by ${wordsOf(hit)}`;
    }
    if (around) return { at: around, hindrance: "" };
  }
  return { at: null, hindrance };
}

const wordsOf = (node) => `<${tagOf(node)}> ${tidy(ownTextOf(node).slice(0, 500)).slice(0, 40)}`.trim();

// Where a click, or what is typed, goes without a script: the address of the link around the node or
// of its form; "" where it goes nowhere. The browser itself resolves it, `<base>` included.
function leadsTo(node) {
  const control = tagOf(node) === "label" && node.control ? node.control : node;
  for (let up = control; up; up = parentOf(up) || up.host) {
    if (typeOf(up) === 1 && (tagOf(up) === "a" || tagOf(up) === "area") && linkOf(up)) return linkOf(up);
  }
  const form = isHtml(control) && control.form;
  const sends = /^(submit|image)$/.test(control.type);
  if (!form || (!sends && !isFilledIn(control))) return "";
  const own = sends && attribute(control, "formaction");
  return resolved(own || attribute(form, "action") || ownerDocumentOf(node).location.href, node);
}

function resolved(address, node) {
  try {
    return new URL(address, node.baseURI).href;
  } catch {
    return address;
  }
}

function linkOf(node) {
  const written = attribute(node, "href") ?? attribute(node, "xlink:href");
  return written === null ? "" : resolved(written, node);
}

const isFilledIn = (node) =>
  tagOf(node) === "textarea" || tagOf(node) === "select" || (tagOf(node) === "input" && !/^(button|reset|checkbox|radio|file)$/.test(node.type));

// The state of the element that the last extraction kept at this rank; null where it has gone.
function stateOfKept(rank) {
  const node = latest[rank];
  if (!node || !isAttached(node)) return null;
  const role = roleOf(node), tag = tagOf(node);
  const { at, hindrance } = reachOf(node, frameOf(ownerDocumentOf(node)));
  return JSON.stringify({
    tag, role, name: nameOf(node, role).name, type: tag === "input" ? node.type : "",
    value: tag === "input" && isSecret(node) ? "•".repeat(node.value.length) : valueOf(node),
    disabled: matches(node, ":disabled") || attribute(node, "aria-disabled") === "true",
    readonly: node.readOnly === true, editable: node.isContentEditable === true,
    url: ownerDocumentOf(node).location.href, leads_to: leadsTo(node), at, hindrance,
  });
}

function scrollToKept(rank) {
  const node = latest[rank];
  const shown = isShown(node, SEEN) || !isField(node) || !node.labels[0] ? node : node.labels[0];
  bringIntoView(shown, { block: "center", inline: "center", behavior: "instant" });
  return true;
}

// A point of a frame out of this world's reach, in this world's viewport; null where it is covered.
function outOfForeign(number, x, y) {
  const { owner } = foreign[number];
  if (!isAttached(owner)) return null;
  const outer = frameOf(ownerDocumentOf(owner));
  const frame = { owner, outer };
  placeFrame(frame);
  const at = [frame.left + x * frame.scale, frame.top + y * frame.scale];
  const inner = [(at[0] - outer.left) / outer.scale, (at[1] - outer.top) / outer.scale];
  return touched(outer, rootOf(owner), ...inner) === owner ? at : null;
}

const POINTER = ["pointerover", "pointerenter", "pointerdown", "pointerup"];
const MOUSE = ["mouseover", "mouseenter", "mousedown", "mouseup"];

// What a click tells the page, without a pointer.
function clickKept(rank) {
  const node = latest[rank];
  const view = ownerDocumentOf(node).defaultView;
  const told = { bubbles: true, cancelable: true, composed: true, view, button: 0, detail: 1 };
  POINTER.forEach((kind, k) => {
    dispatch(node, new PointerEvent(kind, { ...told, pointerId: 1, isPrimary: true }));
    dispatch(node, new MouseEvent(MOUSE[k], told));
    if (kind === "pointerdown" && isHtml(node)) focusOn(node);
  });
  if (isHtml(node)) clickOn(node);
  else dispatch(node, new MouseEvent("click", told));
  return true;
}

// Focuses a field with all it holds selected, so that what is typed replaces it.
function focusKept(rank) {
  const node = latest[rank];
  focusOn(node);
  if (tagOf(node) === "input" || tagOf(node) === "textarea") node.select();
  else selectionOf(node).selectAllChildren(node);
  const root = rootOf(node);
  return root.activeElement === node || isPartOf(root.activeElement, node);
}

const selectionOf = (node) => ownerDocumentOf(node).defaultView.getSelection();

function tellChange(node) {
  for (const kind of ["input", "change"]) dispatch(node, new Event(kind, { bubbles: true, composed: true }));
}

// Sets a field's value as if it had been entered; returns the value that the field then has.
function fillKept(rank, value) {
  const node = latest[rank];
  if (isHtml(node)) focusOn(node);
  const set = setValue[tagOf(node)];
  if (set) set.call(node, value);
  else node.textContent = value;
  tellChange(node);
  return set ? node.value : ownTextOf(node);
}

// Chooses the option of a native select; returns its label, null where it has none like that.
function chooseKept(rank, wanted) {
  const node = latest[rank];
  const plain = (text) => tidy(text).toLowerCase();
  const options = Array.from(node.options).filter((option) => !option.disabled);
  const is = [(o) => tidy(o.label) === wanted, (o) => plain(o.label) === plain(wanted), (o) => o.value === wanted];
  const option = is.map((test) => options.find(test)).find(Boolean);
  if (!option) return null;
  focusOn(node);
  option.selected = true;
  tellChange(node);
  return tidy(option.label);
}

// Scrolls what fills most of the viewport; returns how far it went, in CSS pixels.
function scrollPage(share) {
  const top = document.scrollingElement || document.documentElement;
  let best = scrollHeightOf(top) > innerHeight + 1 ? top : null;
  let hit = best ? null : document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  for (; hit && !best; hit = parentElementOf(hit)) {
    const scrolls = /auto|scroll/.test(getComputedStyle(hit).overflowY);
    if (scrolls && scrollHeightOf(hit) > clientHeightOf(hit) + 1) best = hit;
  }
  if (!best) return 0;
  const before = best.scrollTop;
  const height = best === top ? innerHeight : clientHeightOf(best);
  best.scrollBy({ top: share * height, behavior: "instant" });
  return Math.round(best.scrollTop - before);
}

// Resolves once the page has been drawn twice, or after `most` ms.
function drawn(most) {
  return new Promise((done) => {
    const limit = setTimeout(() => done(false), most);
    requestAnimationFrame(() => requestAnimationFrame(() => {
      clearTimeout(limit);
      done(true);
    }));
  });
}

// Settles when nothing has changed in the document for `still` milliseconds, at most after `most`.
function quiet(still, most) {
  return new Promise((done) => {
    let timer = setTimeout(finish, still);
    const limit = setTimeout(finish, most);
    const watcher = new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(finish, still);
    });
    function finish() {
      clearTimeout(timer);
      clearTimeout(limit);
      watcher.disconnect();
      done(true);
    }
    watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}
