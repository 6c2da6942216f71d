// Small sites: calendars, mail, menus, search, trees, posts.
const MONTHS = ("January February March April May June July August September October November " +
  "December").split(" ");
// The next step on a calendar that opens under a field, or null once the field holds the date.
function pickDate(date) {
  const [month, day] = date.split("/").map(Number);
  const input = $$("#datepicker")[0];
  if (input.value) return null;
  const calendar = $$("#ui-datepicker-div")[0];
  if (!calendar || !isShown(calendar)) return click("the date field", [input]);
  const shownMonth = MONTHS.indexOf(said($$(".ui-datepicker-month", calendar)[0])) + 1;
  if (shownMonth > month) return click('the "Prev" month button', $$(".ui-datepicker-prev", calendar));
  if (shownMonth < month) return click('the "Next" month button', $$(".ui-datepicker-next", calendar));
  return click(`the day "${day}" of the calendar`, saying("td a", String(day), calendar));
}
for (const kind of ["", "-easy", "-medium", "-nodelay"]) {
  tasks["choose-date" + kind] = (u) => pickDate(/\d+\/\d+\/\d+/.exec(u)[0]) || submit();
}

tasks["book-flight"] = (u) => {
  const [, wanted, from, to, date] = /the (\w+) .* from: (.*) to: (.*) on ([\d/]+)/.exec(u);
  if (!isShown($$("#menu")[0])) return cheapest(wanted);
  const places = [["from", "From:", from], ["to", "To:", to]];
  for (const [id, label, place] of places) {
    const input = $$("#flight-" + id)[0];
    const full = DOMESTIC_FLIGHTS.find((name) => name.includes(place));
    if (input.value !== full) return type(full, `the "${label}" field`, [input]);
  }
  return pickDate(date) || press("Search");
};
function cheapest(wanted) {
  const offers = $$(".flight").map((flight) => ({
    button: $$(".flight-price", flight)[0],
    cheapest: Number($$(".flight-price", flight)[0].dataset.price),
    shortest: Number($$(".time-duration", flight)[0].dataset.duration),
  }));
  const [best] = offers.sort((a, b) => a[wanted] - b[wanted]);
  return best ? click(`the "${said(best.button)}" button`, [best.button]) : WAIT;
}
tasks["book-flight-nodelay"] = tasks["book-flight"];
tasks["buy-ticket"] = plan((u) => [() => {
  const offers = $$(".flight").map((flight) => ({
    button: $$(".buy-ticket", flight)[0],
    cost: Number($$(".buy-ticket", flight)[0].dataset.price),
    duration: Number($$(".time-duration", flight)[0].dataset.duration),
  }));
  const kind = u.includes("cost") ? "cost" : "duration";
  const most = /longest|most/.test(u) ? -1 : 1;
  const [best] = offers.sort((a, b) => most * (a[kind] - b[kind]));
  return click(`the "${said(best.button)}" button`, [best.button]);
}]);

// Mail. What is to be done is read from the fields where the page gives them, else from the words.
function mailTask(u, given) {
  if (given.by) return { task: "forward", ...given };
  const by = /email by (\w[\w-]*)/.exec(u)[1];
  if (u.includes("trash")) return { task: "delete", by };
  if (u.includes("star")) return { task: "star", by };
  const to = /forward that email to ([\w-]+)/.exec(u);
  return to ? { task: "forward", by, to: to[1] } : { task: "reply", by, message: quoted(u)[0] };
}
const threadsBy = (name) => $$("#main .email-thread").filter((thread) =>
  isShown(thread) && said($$(".email-sender", thread)[0]) === name);
const sendMail = {
  reply: ({ message }) => $$("#reply-text")[0].value === message
    ? click("the send icon", $$("#send-reply"))
    : type(message, "the reply text area", $$("#reply-text")),
  forward: ({ to }) => $$(".forward-sender")[0].value === to
    ? click("the send icon", $$("#send-forward"))
    : type(to, 'the "to:" field', $$(".forward-sender")),
};
const mail = (u, count, given) => {
  const asked = mailTask(u, given);
  if ($$("#reply-text, #forward-text").some(isShown)) return sendMail[asked.task](asked);
  const open = $$("#email").filter(isShown)[0];
  if (asked.task === "delete" || asked.task === "star") return mailIcon(asked, open);
  if (!open) return click(`the email by "${asked.by}"`, threadsBy(asked.by));
  const words = asked.task === "reply" ? "Reply" : "Forward";
  return click(`the "${words}" button`, $$(`.email-${asked.task}`, open));
};
function mailIcon({ task, by }, open) {
  const icon = task === "delete" ? "trash" : "star";
  if (open) return click(`the ${icon} icon`, $$("." + icon, open));
  const icons = threadsBy(by).flatMap((thread) => $$("." + icon, thread)).filter(isShown);
  return icons.length ? click(`the ${icon} icon of the email by "${by}"`, icons)
    : click(`the email by "${by}"`, threadsBy(by));
}
for (const kind of ["", "-delete", "-forward", "-forward-nl", "-forward-nl-turk", "-important",
  "-nl-turk", "-noscroll", "-reply", "-star-reply"]) {
  tasks["email-inbox" + kind] = mail;
}

tasks["navigate-tree"] = (u) => {
  const [words] = quoted(u);
  const target = $$("#tree span").find((span) => said(span) === words);
  if (isShown(target)) {
    const spans = saying("#tree span", words);
    return click(`the item "${words}"`, [...spans, ...spans.map((span) => span.parentElement)]);
  }
  const folders = [];
  for (let li = target.parentElement.closest("ul").closest("li"); li; li = li.parentElement.closest("li")) {
    folders.unshift($$(":scope > span", li)[0]);
  }
  const closed = folders.find((span) => !isShown(span.parentElement.querySelector("ul")));
  return click(`the folder "${said(closed)}"`, [closed]);
};
tasks["phone-book"] = (u) => {
  const [, name, kind] = /Find (.*) in the contact book and click on their (\w+)/.exec(u);
  if (said($$("#contact .name")[0]) !== name) return nextPage();
  const [link] = $$("#contact ." + kind);
  return click(`the link "${said(link)}"`, [link]);
};
const nextPage = () => click('the ">" link to the next page', $$("#pagination .next a"));
tasks["search-engine"] = (u) => {
  const input = $$("#search-text")[0];
  const wanted = ordinalIn(u);
  if (input.value !== quoted(u)[0]) return type(quoted(u)[0], "the search field", [input]);
  if (!$$("#page-content a").length) return press("Search");
  const [link] = $$(`#page-content a[data-result="${wanted - 1}"]`);
  if (link) return click(`the search result "${said(link)}"`, saying("#page-content a", said(link)));
  const page = String(Math.ceil(wanted / 3));
  return click(`the page "${page}"`, saying("#pagination a", page));
};
tasks["order-food"] = (u) => {
  const items = $$(".food-item");
  const count = (item) => Number(item.dataset.quantity);
  const named = /each item: (.*)/.exec(u);
  const plus = (item) => click(`the "+" of "${item.dataset.item.trim()}"`, $$(".add", item));
  if (named) {
    const left = items.find((item) => named[1].includes(item.dataset.item.trim()) && !count(item));
    return left ? plus(left) : press("Order!");
  }
  const [, amount, kind] = /Order (\d+) items? that are (.*)/.exec(u);
  if (items.reduce((sum, item) => sum + count(item), 0) >= +amount) return press("Order!");
  return plus(items.find((item) => $$(`img[alt="${kind}"]`, item).length));
};

const postsBy = (user) => $$("#area .media").filter((post) => said($$(".username", post)[0]) === user);
const CONTROLS = ["Reply", "Retweet", "Like", "Share"];
tasks["social-media"] = (u) => {
  const user = /user (@\w+)/.exec(u)[1];
  const [words] = quoted(u);
  const posts = postsBy(user);
  if (CONTROLS.includes(words)) {
    return click(`the "${words}" button of the post by ${user}`, posts.flatMap((p) => $$("." + words.toLowerCase(), p)));
  }
  const items = posts.flatMap((post) => $$("ul li", post)).filter((item) =>
    isShown(item) && said(item).startsWith(words));
  return items.length ? click(`the menu item "${said(items[0])}"`, items)
    : click(`the "more" button of the post by ${user}`, posts.flatMap((post) => $$(".more", post)));
};
const everyPost = (u) => {
  const user = /by (@\w+)/.exec(u)[1];
  const controls = postsBy(user).map((post) => $$("." + quoted(u)[0].toLowerCase(), post)[0]);
  const amount = /on (\d+) post/.exec(u);
  const wanted = amount ? controls.slice(0, +amount[1]) : controls;
  const left = wanted.find((control) => !control.classList.contains("active"));
  const place = controls.length > 1 ? nth(controls.indexOf(left) + 1) + " " : "";
  return left ? click(`the "${quoted(u)[0]}" button of the ${place}post by ${user}`, [left]) : submit();
};
tasks["social-media-all"] = everyPost;
tasks["social-media-some"] = everyPost;
