// Tells the server what is done on a page that no form would send. The page itself is as it was.
//
// Each line: what is clicked, the name of the thing that it marks, and the thing's state afterwards.
(function () {
  const on = (hit) => (hit.classList.contains("on") ? "on" : "");
  const ticked = (hit) => (hit.getAttribute("aria-checked") === "true" ? "ticked" : "unticked");
  const words = (node) => node.textContent.replace(/\s+/g, " ").trim();
  const near = (hit, outer, inner) => words(hit.closest(outer).querySelector(inner));
  const WATCHED = [
    [".lt .q", (hit) => `${hit.dataset.k} ${near(hit, ".lt", ".sn")}`, () => "on"],
    [".lt .sx", (hit) => `star ${near(hit, ".lt", ".sn")}`, on],
    [".lt .bx", (hit) => `tick ${near(hit, ".lt", ".sn")}`, ticked],
    [".sl button", (hit) => `${hit.closest("td").dataset.d} ${hit.closest("tr").dataset.h}`, words],
    ["tr[data-b] a", (hit) => `${words(hit)} ${hit.closest("tr").dataset.b}`, () => "on"],
    ["tr[data-b] i", (hit) => `${hit.dataset.do} ${hit.closest("tr").dataset.b}`, on],
    ["[data-set]", (hit) => hit.dataset.set, ticked],
    ["[data-digest]", () => "digest", (hit) => hit.dataset.digest],
    ["tr[data-topic] [data-do]", (hit) => `${hit.dataset.do} ${near(hit, "tr", ".tt a")}`,
      (hit) => (hit.dataset.do === "hide" ? "on" : on(hit))],
    ["[data-untag]", (hit) => `untag ${hit.dataset.untag}`, () => "on"],
    ["[data-do][data-id]", (hit) => `${hit.dataset.do} ${hit.dataset.id}`, on],
    ["[data-add]", (hit) => `basket ${hit.dataset.add}`, () => "on"],
    [".card-wish, [data-save]", (hit) => `saved ${(hit.closest("[data-sku]") || document.body).dataset.sku}`, on],
    [".line [data-act]", (hit) => `${hit.dataset.act} ${hit.closest(".line").dataset.line}`, () => "on"],
    [".later [data-act]", (hit) => `${hit.dataset.act} ${hit.closest("tr").dataset.sku}`, () => "on"],
    [".pt", () => "pay by", (hit) => hit.dataset.pay],
    [".al [data-cmd]", (hit) => `${hit.dataset.cmd} ${hit.closest(".al").dataset.alert}`, () => "on"],
    ["tr[data-svc] [data-cmd]", (hit) => `${hit.dataset.cmd} ${hit.closest("tr").dataset.svc}`, () => "on"],
    [".sg", () => "span", (hit) => words(hit)],
    [".po", () => "poll", (hit) => hit.dataset.p],
    ["[data-story] [data-x=keep]", (hit) => `keep ${hit.closest("[data-story]").dataset.story}`, on],
    [".cb", (hit) => words(hit).replace(/\s*\d+$/, ""), ticked],
    [".so", () => "sort", (hit) => words(hit.firstChild)],
    ["[data-watch]", (hit) => `watch ${hit.dataset.watch}`, on],
    [".snd", () => "reply", () => words(document.querySelector(".an-b"))],
    ["[data-yn]", (hit) => hit.dataset.yn, (hit) => hit.dataset.v],
    [".cd[data-card]", () => "account", (hit) => hit.dataset.card],
  ];
  const page = location.pathname.slice(1);
  function tell(thing, state) {
    const body = JSON.stringify({ page, thing, state: String(state || "") });
    fetch("/marks", { method: "POST", body, keepalive: true });
  }
  document.addEventListener("click", function (event) {
    for (const [selector, name, state] of WATCHED) {
      const hit = event.target.closest(selector);
      if (!hit) continue;
      const thing = name(hit); // before the page's own listener may take it away
      setTimeout(function () { tell(thing, state(hit)); }, 0);
      return;
    }
  }, true);
  document.addEventListener("change", function (event) {
    const field = event.target;
    if (!field.name || (field.form && field.form.method === "post")) return;
    const box = field.type === "checkbox" || field.type === "radio";
    const thing = box && field.hasAttribute("value") ? `${field.name} ${field.value}` : field.name;
    tell(thing, box ? field.checked : field.tagName === "SELECT" ? words(field.selectedOptions[0]) : field.value);
  }, true);
})();
