// What nobody can act on though it may be in plain view: `inert` subtrees, and all that lies outside
// of an open modal dialog. (`aria-modal` is only a claim: what it leaves uncovered can be clicked.)
const INERT = "[inert],:modal";

// Whether an element is inert; a document with several open modal dialogs keeps them all.
function isInert(columns, index) {
  columns.isModal ??= new Map(columns.frameList.map(({ document }) => document)
    .filter((document) => document && document.querySelector(INERT))
    .map((document) => [document, document.querySelector(":modal") !== null]));
  if (!columns.isModal.size) return false;
  let modal = false;
  for (let up = index; up >= 0; up = columns.parents[up]) {
    const node = columns.nodes[up];
    if (attribute(node, "inert") !== null) return true;
    modal ||= matches(node, ":modal");
    if (tagOf(node) !== "html") continue;
    if (!modal && columns.isModal.get(node.ownerDocument)) return true;
    modal = false;
  }
  return false;
}
