// Buttons, links, tabs, sections, dialogs, colours and shapes: one click, or a few in a row.
const firstQuoted = (selector, kind) =>
  plan((u) => [() => click(`the "${quoted(u)[0]}" ${kind}`, saying(selector, quoted(u)[0]))]);

tasks["click-test"] = plan(() => [() => click("the button", $$(BUTTONS))]);
tasks["click-test-2"] = plan(() => [() => press("ONE")]);
tasks["click-test-transfer"] = tasks["click-test-2"];
tasks["click-button"] = firstQuoted(BUTTONS, "button");
tasks["unicode-test"] = tasks["click-button"];
tasks["click-button-sequence"] = plan(() => [() => press("ONE"), () => press("TWO")]);
tasks["click-link"] = firstQuoted("#area .alink", "link");
tasks["click-dialog"] = plan(() => [
  () => click("the close button of the dialog", $$(".ui-dialog-titlebar-close")),
]);
tasks["click-dialog-2"] = (u, count) => {
  if (count) return null;
  const [words] = quoted(u);
  return words === "x"
    ? click("the close button of the dialog", $$(".ui-dialog-titlebar-close"))
    : click(`the "${words}" button of the dialog`, saying(".ui-dialog button", words));
};
tasks["click-tab"] = plan((u) => {
  const words = /Tab #\d+/.exec(u)[0];
  return [() => click(`the tab "${words}"`, saying("#area li, #area li a", words))];
});

// A link that one of several panels hides: its tab first, where that is not the open one.
const linkInPanels = (panels, tab) => (u) => {
  const [words] = quoted(u);
  const links = $$("#area .alink").filter((link) => said(link) === words);
  const shown = links.filter(isShown);
  if (shown.length) return click(`the link "${words}"`, shown);
  // One task takes the link out of a hidden panel, and the way there for the link itself.
  const panel = links.length ? links[0].closest(panels) : $$(`#area ${panels}`).pop();
  const opener = tab(panel);
  return click(`the tab "${said(opener)}"`, [opener, opener.closest("li")]);
};
const tabOf = (panel) => $$("#area li a").find((a) => a.getAttribute("href") === "#" + panel.id);
for (const kind of ["", "-easy", "-medium", "-hard"]) {
  tasks["click-tab-2" + kind] = linkInPanels(".ui-tabs-panel", tabOf);
}
const settled = () => window.jQuery && jQuery(":animated").length === 0;
const headOf = (panel) => document.getElementById(panel.getAttribute("aria-labelledby"));
tasks["click-collapsible-2"] = (u) =>
  settled() ? linkInPanels(".ui-accordion-content", headOf)(u) : WAIT;
tasks["click-collapsible-2-nodelay"] = tasks["click-collapsible-2"];
tasks["click-collapsible"] = (u, count) => {
  const head = $$("#area h3")[0];
  if (!settled()) return WAIT;
  if (count === 0 && head.getAttribute("aria-expanded") !== "true") {
    return click(`the section "${said(head)}"`, [head]);
  }
  return submit();
};
tasks["click-collapsible-nodelay"] = tasks["click-collapsible"];
tasks["click-menu-2"] = (u, count) => {
  const [, words] = quoted(u);
  const label = words || iconLabel();
  const items = saying("#menu li > div", label).filter(isShown);
  if (count && items.length) return click(`the menu item "${label}"`, items);
  if (!$$("#menu")[0] || !isShown($$("#menu")[0])) return press("Menu");
  return click('the menu item "Playback"', saying("#menu li > div", "Playback"));
};
function iconLabel() {
  const icon = Array.from($$("#query .ui-icon")[0].classList).pop();
  return said($$("#menu ." + icon)[0].parentElement);
}
tasks["click-pie"] = (u) => {
  const [words] = quoted(u);
  const slices = saying("#divWheel text", words).filter((text) => getComputedStyle(text).opacity > 0.9);
  if (slices.length && memory.opened) return click(`the item "${words}"`, slices.concat(sliceOf(slices[0])));
  if (memory.opened) return WAIT;
  memory.opened = true;
  return click('the "+" button', saying("#divWheel text", "+").concat($$("[id$=spreader]")));
};
// The slice that a text of the wheel is written on: they share the number in their ids.
function sliceOf(text) {
  const number = /title-(\d+)|-(\d+)$/.exec(text.id);
  return number ? $$(`[id$="slice-${number[1] || number[2]}"]`) : [];
}
tasks["click-pie-nodelay"] = tasks["click-pie"];
tasks["click-widget"] = plan((u) => [
  () => click(`a "${quoted(u)[0]}" widget`, $$(`#area [data-type="${quoted(u)[0]}"]`)),
]);
tasks["focus-text"] = plan(() => [() => click("the textbox", $$("#area input"))]);
tasks["focus-text-2"] = plan((u) => [
  () => click(`the ${nth(ordinalIn(u))} textbox`, [$$("#area input")[ordinalIn(u) - 1]]),
]);

tasks["click-color"] = plan((u) => {
  const colour = /the (\w+) colored/.exec(u)[1];
  return [() => click(`the ${colour} box`, $$(`#area [data-color="${colour}"]`))];
});
tasks["click-shades"] = (u) => {
  const colour = /shades of (\w+)/.exec(u)[1];
  const squares = $$("#area span");
  const left = squares.find((e) => e.dataset.color === colour && !e.classList.contains("selected"));
  return left ? click(`the ${nth(squares.indexOf(left) + 1)} coloured square`, [left]) : submit();
};
const SHAPE_TAGS = { rect: "rectangle", circle: "circle", polygon: "triangle" };
function look(shape) {
  const text = shape.tagName === "text" ? shape.textContent : "";
  const type = text ? (/\d/.test(text) ? "digit" : "letter") : "shape";
  const box = shape.getBBox();
  const extent = text ? parseFloat(shape.getAttribute("font-size")) : box.width;
  const words = [type, text || SHAPE_TAGS[shape.tagName], shape.getAttribute("fill"), "item"];
  return words.concat(extent > 15 ? "large" : "small");
}
const shapes_like = (words) => $$("#area_svg > *").filter((shape) => {
  const seen = look(shape);
  return words.every((word) => seen.includes(word) || seen.includes(word.replace(/s$/, "")));
});
tasks["click-shape"] = plan((u) => {
  const words = u.replace("Click on a ", "");
  return [() => click(`a ${words}`, shapes_like(words.split(" ")))];
});
tasks["count-shape"] = plan((u) => {
  const words = /How many (.*) are there/.exec(u)[1].split(" ");
  return [() => press(String(shapes_like(words).length))];
});
tasks["count-sides"] = plan(() => [() => press(String(linesDrawn))]);
tasks["identify-shape"] = plan(() => [() => {
  const [type, name] = look($$("#area_svg > *")[0]);
  const words = { shape: name, letter: "letter", digit: "number" }[type];
  return click(`the "${words}" button`, saying(BUTTONS, words));
}]);
tasks["grid-coordinate"] = plan((u) => {
  const place = /\(-?\d,-?\d\)/.exec(u)[0];
  return [() => click(`the grid point "${place}"`, [document.getElementById(place)])];
});
tasks["ascending-numbers"] = (u, count) => count === 0
  ? click('the number "1"', saying("#area_svg text", "1"))
  : click("the 1st square", [$$("#area_svg rect")[0]]);
tasks["odd-or-even"] = plan(() => [
  ...[0, 1, 2].map((i) => () => {
    const row = $$("#numbers .row")[i];
    const words = Math.abs(Number(said($$(".display-number", row)[0]))) % 2 ? "Odd" : "Even";
    return click(`the ${nth(i + 1)} "${words}" button`, saying("button", words, row));
  }),
  submit,
]);
tasks["simon-says"] = (u, count) => {
  if (!memory.pushed) watchPushes();
  if (Date.now() - memory.last < 1500) return WAIT;
  const number = memory.pushed[count];
  return number ? click(`the ${nth(number)} button`, [$$(`#button-${number}`)[0]]) : null;
};
function watchPushes() {
  Object.assign(memory, { pushed: [], last: Date.now() });
  new MutationObserver((changes) => changes.forEach(({ target }) => {
    if (!target.classList.contains("push")) return;
    memory.pushed.push(Number(target.dataset.button));
    memory.last = Date.now();
  })).observe($$("#area")[0], { attributes: true, subtree: true, attributeFilter: ["class"] });
}
tasks["tic-tac-toe"] = () => {
  const square = bestSquare();
  return square < 0 ? null : click(`the ${nth(square + 1)} square`, [$$(`#ttt-${square}`)[0]]);
};
const LINES = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];
function bestSquare() {
  const board = gameState.slice();
  const won = (mark) => LINES.some((line) => line.every((i) => board[i] === mark));
  const free = () => board.map((mark, i) => (mark ? -1 : i)).filter((i) => i >= 0);
  const worth = (mark) => {
    if (won(-mark)) return -1;
    if (!free().length) return 0;
    return Math.max(...free().map((i) => tried(i, mark)));
  };
  const tried = (i, mark) => {
    board[i] = mark;
    const value = -worth(-mark);
    board[i] = 0;
    return value;
  };
  return free().sort((a, b) => tried(b, 1) - tried(a, 1))[0] ?? -1;
}
tasks["button-delay"] = (u, count) => {
  if (count === 0) return press("ONE");
  memory.since = memory.since || Date.now();
  const pause = 1000 * Number(/wait (\d+)/.exec(u)[1]);
  return Date.now() - memory.since < pause ? WAIT : press("TWO");
};
tasks["stock-market"] = (u) => {
  const limit = Number(/\$([\d.]+)\.?$/.exec(u)[1].replace(/\.$/, ""));
  const price = Number(said($$("#stock-price")[0]).slice(1));
  return price && price < limit ? press("Buy") : WAIT;
};
