// Which elements may speak through ::before or ::after, and whose pseudo-elements leave the flow.
//
// Asking every element for the style of its pseudo-elements costs a quarter of an extraction, so the
// style sheets are asked first which selectors give them words. Where a sheet cannot be read (other
// origin) or nests its rules, every element of that tree is asked after all; so it is where the
// sheets are so long that reading them costs more than asking.
const MAX_RULES = 1000;
const PSEUDO = /::?(before|after)\b/;
// Remembered by sheet until the number of its rules changes.
const sheetSelectors = new WeakMap();
let speakers = new Map();

function rulesOf(sheet) {
  try {
    return sheet.cssRules;
  } catch {
    return null;
  }
}

// The selectors of a sheet's pseudo-elements with words, and of those out of the flow; null where they
// cannot be told.
function selectorsOf(sheet) {
  const rules = rulesOf(sheet);
  if (rules === null) return null;
  const known = sheetSelectors.get(sheet);
  if (known && known.length === rules.length) return known.selectors;
  const selectors = { words: [], layers: [] };
  const told = collect(rules, selectors);
  sheetSelectors.set(sheet, { length: rules.length, selectors: told ? selectors : null });
  return told ? selectors : null;
}

function collect(rules, selectors) {
  for (const rule of rules) {
    if (rule instanceof CSSStyleRule) {
      const { selectorText } = rule;
      if (rule.cssRules.length && /before|after/.test(rule.cssText)) return false;
      if (!PSEUDO.test(selectorText)) continue;
      if (hasWords(rule.style.content)) selectors.words.push(selectorText);
      if (/absolute|fixed|var\(/.test(rule.style.position)) selectors.layers.push(selectorText);
    } else if (rule instanceof CSSImportRule && rule.styleSheet) {
      const inner = selectorsOf(rule.styleSheet);
      if (inner === null) return false;
      selectors.words.push(...inner.words);
      selectors.layers.push(...inner.layers);
    } else if (rule.cssRules && !collect(rule.cssRules, selectors)) return false;
  }
  return true;
}

const hasWords = (content) => content !== "" && content !== "none" && content !== "normal" &&
  (spoken(content).trim() !== "" || /attr\(|counter|var\(/.test(content));

// The elements of a document or shadow root whose pseudo-elements have "words" or are "layers"; null
// where that cannot be told.
function matchedIn(root, kind) {
  const sheets = [...root.styleSheets, ...root.adoptedStyleSheets];
  const rules = sheets.map(rulesOf);
  if (rules.includes(null) || rules.reduce((sum, { length }) => sum + length, 0) > MAX_RULES) return null;
  const lists = sheets.map(selectorsOf);
  if (lists.includes(null)) return null;
  const selectors = lists.flatMap((list) => list[kind]).map((text) => text.split(",").filter((one) => PSEUDO.test(one))
    .map((one) => one.replace(/::?(before|after)\b.*$/, "").trim() || "*").join(","));
  if (!selectors.length) return new Set();
  if (selectors.some((text) => /[>+~ ]$|[>+~ ],/.test(text)) || selectors.some(hasComma)) return null;
  try {
    return new Set(root.querySelectorAll(selectors.join(",")));
  } catch {
    return null;
  }
}

// Splitting at commas is wrong inside brackets: ":is(a, b)::before".
const hasComma = (text) => (text.match(/\(/g) || []).length !== (text.match(/\)/g) || []).length;

function maySpeak(element) {
  const root = rootOf(element);
  if (typeOf(root) !== 9) return true;
  if (!speakers.has(root)) speakers.set(root, matchedIn(root, "words"));
  const found = speakers.get(root);
  return found === null || found.has(element);
}
