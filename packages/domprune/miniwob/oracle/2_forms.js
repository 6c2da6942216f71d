// Fields, boxes, lists, dates: what is typed, ticked and chosen before a form is sent.
const field = () => $$("#area input[type=text], #area input:not([type])").filter(isShown);
const typed = (value) => () => type(value, "the text field", field());
const typeThenSubmit = (read) => plan((u) => [typed(read(u)), submit]);

tasks["enter-text"] = typeThenSubmit((u) => quoted(u)[0]);
tasks["enter-text-dynamic"] = tasks["enter-text"];
tasks["enter-text-2"] = typeThenSubmit((u) =>
  u.includes("upper") ? quoted(u)[0].toUpperCase() : quoted(u)[0].toLowerCase());
tasks["text-transform"] = typeThenSubmit(() => said($$("#captcha")[0]).replace(/\s/g, ""));
tasks["find-word"] = typeThenSubmit((u) =>
  said($$("#area p")[0]).split(" ")[ordinalIn(u) - 1].replace(/[.,]/g, ""));
tasks["scroll-text"] = typeThenSubmit(() => $$("#text-area")[0].value.trim().split(/\s+/).pop().replace(/[.]/g, ""));
tasks["simple-arithmetic"] = typeThenSubmit(() => {
  const [, left, sign, right] = /(-?\d+)\s*([-+x*])\s*(-?\d+)/.exec(said($$("#math-problem")[0]));
  const results = { "+": +left + +right, "-": left - right, x: left * right, "*": left * right };
  return String(results[sign]);
});
tasks["simple-algebra"] = typeThenSubmit(() => {
  const [, left, sign, right, sum] = /(\w+) ([-+]) (\w+) = (-?\d+)/.exec(said($$("#math-problem")[0]));
  if (sign === "+") return String(sum - (left === "x" ? right : left));
  return String(left === "x" ? +sum + +right : left - sum);
});
tasks["visual-addition"] = typeThenSubmit(() => String($$(".addition-block").length));
tasks["read-table"] = plan((u) => {
  const words = /value of (.*) into/.exec(u)[1];
  return [() => typed(said(saying("#tab td:first-child", words)[0].nextElementSibling))(), submit];
});
tasks["read-table-2"] = plan(() => [
  ...["1", "2"].map((i) => () => {
    const label = said($$("#ll" + i)[0]).replace(":", "");
    const value = said(saying("#tab td:first-child", label)[0].nextElementSibling);
    return type(value, `the "${label}" field`, $$("#tt" + i));
  }),
  submit,
]);
tasks["copy-paste"] = plan(() => [() => typed($$("#area textarea")[0].value)(), submit]);
tasks["copy-paste-2"] = plan((u) => [
  () => typed($$("#area textarea")[ordinalIn(u) - 1].value)(), submit,
]);
tasks["enter-date"] = plan((u) => [
  () => type(/\d+\/\d+\/\d+/.exec(u)[0], "the date field", $$("#tt")), submit,
]);
tasks["enter-time"] = plan((u) => [
  () => type(/\d+:\d+ [AP]M/.exec(u)[0], "the time field", $$("#tt")), submit,
]);
tasks["enter-password"] = plan((u) => [
  () => type(quoted(u)[0], 'the "Password" field', $$("#password")),
  () => type(quoted(u)[0], 'the "Verify password" field', $$("#verify")),
  submit,
]);
tasks["login-user"] = plan((u) => [
  () => type(quoted(u)[0], 'the "Username" field', $$("#username")),
  () => type(quoted(u)[1], 'the "Password" field', $$("#password")),
  () => press("Login"),
]);
tasks["login-user-popup"] = (u) => {
  if ($$("#popup").length) return click('the "Cancel" button', $$("#popup-cancel"));
  const [user, secret] = quoted(u);
  if ($$("#username")[0].value !== user) return type(user, 'the "Username" field', $$("#username"));
  if ($$("#password")[0].value !== secret) return type(secret, 'the "Password" field', $$("#password"));
  return click('the "OK" button', $$("#subbtn"));
};
tasks["guess-number"] = (u, count) => {
  if (count % 2) return submit();
  const [low, high] = [$$("#higher span")[0], $$("#lower span")[0]].map((e) => said(e));
  memory.low = Math.max(memory.low ?? 0, low ? +low + 1 : 0);
  memory.high = Math.min(memory.high ?? 9, high ? high - 1 : 9);
  return type(String((memory.low + memory.high) >> 1), "the number field", $$("#tt"));
};
tasks["generate-number"] = (u) => {
  const number = parseInt(said($$("#display-number")[0]), 10);
  const bound = Number((/\d+/.exec(u) || [0])[0]);
  const met = u.includes("less") ? number < bound : u.includes("greater") ? number > bound
    : u.includes("odd") ? number % 2 === 1 : number % 2 === 0;
  return met ? submit() : press("Generate");
};
tasks["find-greatest"] = plan(() => [
  () => {
    const cards = $$("#cardholder .card");
    const values = cards.map((card) => Number(said(card)));
    const best = values.indexOf(Math.max(...values));
    return click(`the ${nth(best + 1)} card`, [cards[best]]);
  },
  submit,
]);
tasks["use-spinner"] = plan((u) => [
  () => type(/Select (-?\d+)/.exec(u)[1], "the value field", $$("#spinner")), submit,
]);
tasks["use-colorwheel"] = plan((u) => [
  () => type(hexOf(/Select (\w+)/.exec(u)[1]), "the colour field", $$("#col")), submit,
]);
const hexOf = (colour) => ui_utils.colorNameToHex(colour).slice(1).toUpperCase();
tasks["use-colorwheel-2"] = plan(() => [
  () => {
    const parts = getComputedStyle($$("#query .cc")[0]).backgroundColor.match(/\d+/g);
    const hex = parts.slice(0, 3).map((part) => (+part).toString(16).padStart(2, "0")).join("");
    return type(hex.toUpperCase(), "the colour field", $$("#col"));
  },
  submit,
]);
for (const kind of ["", "-nodelay"]) {
  tasks["use-autocomplete" + kind] = (u) => {
    const [start, end] = quoted(u);
    const item = ui_utils.COUNTRIES.find((name) => name.startsWith(start) && (!end || name.endsWith(end)));
    if ($$("#tags")[0].value !== item) return type(item, 'the "Tags" field', $$("#tags"));
    const offered = saying(".ui-autocomplete li", item);
    return offered.length ? click(`the suggestion "${item}"`, offered.concat($$("*", offered[0]))) : submit();
  };
}

const box = (words, label) => click(`the ${words} "${said(label)}"`, $$("input", label).concat(label));
const ticks = (wanted) => (u) => {
  const left = $$("#area label").find((label) => wanted(u, said(label)) && !$$("input", label)[0].checked);
  return left ? box("checkbox", left) : submit();
};
const listed = (u, words) => /Select (.*) and click/.exec(u)[1].split(/, ?/).includes(words);
for (const kind of ["", "-large", "-transfer"]) tasks["click-checkboxes" + kind] = ticks(listed);
tasks["click-checkboxes-soft"] = ticks((u, words) => {
  const asked = /similar to (.*) and click/.exec(u)[1].split(/, ?/);
  return SYNONYMS.some((group) => group.includes(words) && asked.some((word) => group.includes(word)));
});
tasks["click-option"] = (u, count) => {
  const words = /Select (.*) and click/.exec(u)[1];
  const label = $$("#area label").find((one) => said(one) === words);
  return count ? submit() : box("radio button", label);
};
tasks["number-checkboxes"] = (u) => {
  const pattern = PATTERNS[Number(quoted(u)[0])].flat();
  const boxes = $$("#checkboxes input");
  const left = boxes.findIndex((one, i) => Boolean(pattern[i]) !== one.checked);
  return left < 0 ? submit() : click(`the ${nth(left + 1)} checkbox`, [boxes[left]]);
};
tasks["choose-list"] = plan((u) => [
  () => choose(/Select (.*) from the list/.exec(u)[1], "the list", $$("#area select")), submit,
]);
tasks["click-scroll-list"] = plan((u) => [
  ...(/Select (.*) from the scroll/.exec(u)[1].split(", ")
    .map((item) => () => choose(item, "the scroll list", $$("#area select")))),
  submit,
]);
tasks["form-sequence-2"] = plan((u) => {
  const [radio, text] = Array.from(u.matchAll(/(\d+)(?:st|nd|rd|th)/g), (match) => Number(match[1]));
  return [
    () => click(`the ${nth(radio)} radio button`, [$$("#area input[type=radio]")[radio - 1]]),
    () => type(quoted(u)[0], `the ${nth(text)} textbox`, [$$("#area input[type=text]")[text - 1]]),
    submit,
  ];
});
tasks["form-sequence-3"] = plan((u) => {
  const words = /Choose (.*) from/.exec(u)[1];
  return [
    () => click("the dropdown", $$(".selectric .button, .selectric .label, .selectric")),
    () => click(`the option "${words}"`, saying(".selectric-items li", words)),
    () => press(quoted(u)[0]),
  ];
});
const MOVIE_FIELDS = { Genre: /for (.*) movies/, Director: /directed by (.*) from/, "Year|Date": /year (\d+)/ };
function movieField(words) {
  const inputs = $$("#area input[type=text]");
  return inputs.find((input) => new RegExp(words).test(labelBeside(input)));
}
// The words of the smallest part of the page around a field that has any.
function labelBeside(input) {
  let around = input.parentElement;
  while (!said(around)) around = around.parentElement;
  return said(around);
}
tasks["multi-layouts"] = plan((u) => [
  ...Object.entries(MOVIE_FIELDS).map(([words, pattern]) => () => {
    const input = movieField(words);
    const label = /Movie Genre|Director Name|Released Date|Genre|Director|Year/.exec(labelBeside(input))[0];
    return type(pattern.exec(u)[1], `the "${label}" field`, [input]);
  }),
  () => {
    const buttons = ["Submit", "Search", "Go!"].flatMap((one) => saying("#area button, #area .final, #area .ui-submit", one));
    return click(`the "${said(buttons[0])}" button`, buttons);
  },
]);
tasks["multi-orderings"] = tasks["multi-layouts"];
