// What all tasks share: steps in words, the elements they mean, and how to find these in a page.
//
// A task is a function (utterance, steps said so far, fields) -> the next step, null where nothing
// is left to do, or WAIT. It reads the page as it is now: what it says of a step depends on no
// agent. A step's `gold` are the elements that would be right.
//
// It is put into the page before the task starts, so that it sees what is drawn on a canvas.
const tasks = {};
const WAIT = "wait";
const memory = {};

const $$ = (selector, root = document) => Array.from(root.querySelectorAll(selector));
const isShown = (element) => element.getClientRects().length > 0;
const said = (element) => element.textContent.replace(/\s+/g, " ").trim();
const same = (one, other) => one.toLowerCase() === other.toLowerCase();
const saying = (selector, words, root = document) =>
  $$(selector, root).filter((element) => same(said(element), words) && isShown(element));
const quoted = (text) => Array.from(text.matchAll(/"([^"]*)"/g), (match) => match[1]);
const nth = (n) =>
  n + (n % 100 > 10 && n % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][n % 10] || "th");
const ordinalIn = (text) => Number(/(\d+)(?:st|nd|rd|th)/.exec(text)[1]);

// What names the element, without the article and the quotes.
const bare = (words) => words.replace(/^(?:the|a|an)\s+/, "").replace(/"/g, "");
const click = (words, gold) =>
  ({ action: "CLICK", say: `Click ${words}`, target: bare(words), value: "", gold });
const type = (value, words, gold) =>
  ({ action: "TYPE", say: `Type "${value}" into ${words}`, target: bare(words), value, gold });
const choose = (value, words, gold) =>
  ({ action: "SELECT_OPTION", say: `Select "${value}" from ${words}`, target: bare(words), value, gold });

let linesDrawn = 0;
const { lineTo } = CanvasRenderingContext2D.prototype;
CanvasRenderingContext2D.prototype.lineTo = function (...point) {
  linesDrawn++;
  return lineTo.apply(this, point);
};

const BUTTONS = "#area button, #area input[type=submit]";
const press = (words) => click(`the "${words}" button`, saying(BUTTONS, words));
const submit = () => press("Submit");

// A task whose steps are known from the start: one function a step, asked when its turn comes.
const plan = (steps) => (utterance, count, fields) => {
  const step = steps(utterance, fields)[count];
  return step ? step() : null;
};

// What the page's caller asks for: the step as JSON; its elements wait in `gold` to be marked.
let gold = [];
function next(name, utterance, count, fields) {
  const step = tasks[name](utterance, count, fields);
  gold = step && step !== WAIT ? step.gold.filter(Boolean) : [];
  if (step === WAIT) return JSON.stringify({ waiting: true });
  if (!step) return JSON.stringify({ waiting: false });
  return JSON.stringify({ waiting: false, ...step, gold: undefined });
}
const mark = () => gold.forEach((element) => element.setAttribute("data-oracle", ""));
const unmark = () => gold.forEach((element) => element.removeAttribute("data-oracle"));
