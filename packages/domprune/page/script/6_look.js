// What a shape or a nameless box looks like, in words: its form, its colour, its size among its like.
const FORMS = { rect: "rectangle", circle: "circle", ellipse: "ellipse", line: "line" };
const CORNERS = { 3: "triangle", 5: "pentagon", 6: "hexagon", 8: "octagon" };
const COLOURS = Object.entries({
  black: [0, 0, 0], white: [255, 255, 255], "gray grey": [128, 128, 128],
  silver: [192, 192, 192], red: [255, 0, 0], maroon: [128, 0, 0], orange: [255, 165, 0],
  yellow: [255, 255, 0], olive: [128, 128, 0], lime: [0, 255, 0], green: [0, 128, 0],
  "cyan aqua": [0, 255, 255], teal: [0, 128, 128], blue: [0, 0, 255], navy: [0, 0, 128],
  purple: [128, 0, 128], "magenta fuchsia": [255, 0, 255], pink: [255, 192, 203],
  brown: [165, 42, 42], gold: [255, 215, 0],
});
// Where on the wheel of hues a family of colours ends, in degrees.
const FAMILIES = [[15, "red"], [45, "orange"], [70, "yellow"], [165, "green"], [195, "cyan"],
  [255, "blue"], [290, "purple"], [345, "magenta"], [360, "red"]];
const NEAR = 48;

const isShape = (node) => spaceOf(node) === SVG && tagOf(node) !== "svg";

function lookOf(element) {
  const style = getComputedStyle(element);
  if (!isShape(element)) return colourWords(style.backgroundColor);
  return [formOf(element), colourWords(style.fill), sizeOf(element)].filter(Boolean).join(" ");
}

function formOf(shape) {
  const tag = tagOf(shape);
  if (tag === "polygon") {
    const corners = (attribute(shape, "points") || "").trim().split(/[\s,]+/).length / 2;
    return `${CORNERS[corners] || "polygon"} shape`;
  }
  const said = tag === "text" ? tidy(ownTextOf(shape)) : "";
  if (said.length === 1) return /\d/.test(said) ? "digit" : "letter";
  return FORMS[tag] ? `${FORMS[tag]} shape` : "";
}

// "large" or "small" where the shapes beside it, of any form, come in sizes that differ clearly.
function sizeOf(shape) {
  const extents = Array.from(parentElementOf(shape).children).slice(0, 100).map(extentOf);
  const least = Math.min(...extents), most = Math.max(...extents);
  if (!(least > 0) || most < 1.4 * least) return "";
  return extentOf(shape) > (least + most) / 2 ? "large" : "small";
}

function extentOf(shape) {
  if (tagOf(shape) === "text") return parseFloat(getComputedStyle(shape).fontSize);
  const box = rectOf(shape);
  return Math.max(box.width, box.height);
}

function colourWords(colour) {
  const [red, green, blue, alpha = 1] = (colour.match(/[\d.]+/g) || []).map(Number);
  if (blue === undefined || alpha === 0 || !colour.startsWith("rgb")) return "";
  const away = ([, [r, g, b]]) => Math.hypot(r - red, g - green, b - blue);
  const nearest = COLOURS.reduce((best, one) => (away(one) < away(best) ? one : best));
  const name = away(nearest) < NEAR ? nearest[0] : "";
  const family = familyOf(red, green, blue);
  return name.includes(family) ? name : tidy(`${name} ${family}`);
}

function familyOf(red, green, blue) {
  const most = Math.max(red, green, blue), spread = most - Math.min(red, green, blue);
  if (spread < 26) return "";
  const turn = most === red ? ((green - blue) / spread + 6) % 6
    : most === green ? (blue - red) / spread + 2 : (red - green) / spread + 4;
  return FAMILIES.find(([end]) => 60 * turn <= end)[1];
}
