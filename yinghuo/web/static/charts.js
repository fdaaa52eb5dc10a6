// Charts from the data blocks of the page (yinghuo/web/charts.py), painted with the page's own colours.
// A missing value is a gap. Tooltips are drawn on the canvas, so the content policy needs no inline styles.

import "./vendor/echarts.min.js";

const echarts = globalThis.echarts;
const FIRST_STRONG_SHADE = 3; // from here on the ground colour reads better than ink
const drawn = new Map(); // place element -> {chart, spec, text, day}
const written = new Intl.NumberFormat("en-US");

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const number = (value, words) => (value === null || value === undefined ? words.gap : written.format(value));
const paint = (name) => colour(!name || name === "grey" ? "edge" : name);

function textStyle(name = "ink-2") {
  return { color: colour(name), fontFamily: colour("sans"), fontSize: 13 };
}

function frame(spec) {
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: textStyle(),
    tooltip: {
      renderMode: "richText",
      confine: true,
      backgroundColor: colour("ground"),
      borderColor: colour("edge"),
      textStyle: textStyle("ink"),
      transitionDuration: 0,
      valueFormatter: (value) => number(value, spec.words),
    },
  };
}

function axis(extra) {
  return {
    axisLine: { lineStyle: { color: colour("edge") } },
    axisTick: { show: false },
    axisLabel: { ...textStyle(), hideOverlap: true },
    splitLine: { lineStyle: { color: colour("line") } },
    ...extra,
  };
}

// curve

function bandOf(line) {
  const shared = { type: "line", stack: `band ${line.label}`, symbol: "none", silent: true, lineStyle: { opacity: 0 } };
  const width = line.high.map((high, i) => (high === null || line.low[i] === null ? null : high - line.low[i]));
  return [
    { ...shared, data: line.low, tooltip: { show: false } },
    { ...shared, data: width, tooltip: { show: false }, areaStyle: { color: paint(line.paint), opacity: 0.18 } },
  ];
}

// Every label stands in the margin, below one another where lines end close together, also of a line that ended early.
function lineOf(line, words, labelsAt) {
  return {
    type: "line",
    name: line.label,
    data: line.values,
    connectNulls: false,
    symbol: "circle",
    symbolSize: 4,
    showAllSymbol: true, // a single day between two gaps is a dot, not a line
    lineStyle: { width: 2, color: paint(line.paint) },
    itemStyle: { color: paint(line.paint) },
    endLabel: { show: true, formatter: "{a}", ...textStyle(line.paint === "grey" ? "ink-2" : line.paint), distance: 6 },
    labelLayout: () => ({ x: labelsAt(), moveOverlap: "shiftY" }),
    emphasis: { disabled: true },
    tooltip: { valueFormatter: (value) => number(value, words) },
  };
}

function curve(spec, place) {
  const margin = Math.min(Math.max(...spec.lines.map((line) => widthOf(line.label))) + 16, Math.max(place.clientWidth * 0.3, 90));
  const labelsAt = () => place.firstElementChild.clientWidth - margin + 6;
  return {
    ...frame(spec),
    grid: { left: 4, right: margin, top: 12, bottom: 4, containLabel: true },
    tooltip: { ...frame(spec).tooltip, trigger: "axis", axisPointer: { lineStyle: { color: colour("edge") } } },
    xAxis: axis({ type: "category", data: spec.days, boundaryGap: false, axisLabel: { ...axis().axisLabel, formatter: (day) => (spec.plain ? day : day.slice(5)) } }),
    yAxis: axis({ type: "value", axisLine: { show: false }, axisLabel: { ...textStyle(), formatter: (value) => written.format(value) } }),
    series: spec.lines.flatMap((line) => [...(line.low.length ? bandOf(line) : []), lineOf(line, spec.words, labelsAt)]),
  };
}

// bars

function bars(spec) {
  const data = spec.values.map((value, i) => ({ value, itemStyle: { color: paint(spec.paints[i] || "accent") } }));
  return {
    ...frame(spec),
    grid: { left: 4, right: 72, top: 4, bottom: 4, containLabel: true },
    xAxis: axis({ type: "value", show: false }),
    yAxis: axis({ type: "category", data: spec.labels, inverse: true, axisLine: { show: false }, axisLabel: { ...textStyle("ink"), width: 130, overflow: "truncate" } }),
    series: [
      {
        type: "bar",
        data,
        barMaxWidth: 18,
        label: { show: true, position: "right", formatter: ({ value }) => number(value, spec.words), ...textStyle("ink") },
        emphasis: { disabled: true },
      },
    ],
  };
}

// map of areas with one day at a time

function shadesOf(spec) {
  return spec.shades.map((shade, i) => ({ gte: shade.min, lte: shade.max ?? Infinity, label: shade.label, color: colour(`shade-${i}`) }));
}

function areasOn(spec, day) {
  return spec.outlines.features.map(({ properties: { name: code } }) => {
    const value = spec.values[code]?.[day] ?? null;
    if (value === null) return { name: code, value: NaN, itemStyle: { areaColor: colour("ground"), decal: hatch() } };
    return { name: code, value, label: labelOn(shadeOf(spec, value)) };
  });
}

// A map whose shades are words (`worded`) says the word, any other the number.
const said = (spec, value) => (spec.worded && value !== null ? spec.shades[shadeOf(spec, value)].label : number(value, spec.words));
const shadeOf = (spec, value) => spec.shades.reduce((found, shade, i) => (value >= shade.min ? i : found), 0);

function labelOn(shade) {
  const border = { textBorderColor: colour(`shade-${shade}`), textBorderWidth: 2 };
  return { color: colour(shade >= FIRST_STRONG_SHADE ? "ground" : "ink"), ...border };
}

function hatch() {
  return { symbol: "rect", color: colour("line"), dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4 };
}

function dayMap(spec, day, narrow) {
  echarts.registerMap(spec.name, spec.outlines);
  const shownName = ({ name, value }) => `${spec.names[name] ?? name}\n${said(spec, Number.isNaN(value) ? null : value)}`;
  return {
    ...frame(spec),
    tooltip: { ...frame(spec).tooltip, formatter: shownName },
    visualMap: { type: "piecewise", pieces: shadesOf(spec), left: 0, bottom: 0, itemWidth: 14, itemHeight: 12, itemSymbol: "rect", textStyle: textStyle(), selectedMode: false },
    series: [
      {
        type: "map",
        map: spec.name,
        data: areasOn(spec, day),
        top: 8,
        bottom: narrow ? 84 : 8,
        left: narrow ? 4 : 96,
        right: 4,
        preserveAspect: "contain",
        selectedMode: false,
        itemStyle: { borderColor: colour("ground"), borderWidth: 1.5, areaColor: colour("ground") },
        label: { show: true, formatter: shownName, lineHeight: 16, ...textStyle("ink"), fontSize: narrow ? 11 : 13 },
        emphasis: { label: { ...textStyle("ink") }, itemStyle: { borderColor: colour("ink"), areaColor: null } },
      },
    ],
  };
}

function optionOf({ spec, day, place }) {
  const kinds = { curve, bars, map: (map) => dayMap(map, day, place.clientWidth < 520) };
  return kinds[spec.kind](spec, place);
}

// places, sliders, numbers

function widthOf(text) {
  return [...text].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 255 ? 13 : 7.5), 0);
}

function element(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function sliderFor(entry) {
  const last = entry.spec.days.length - 1;
  const input = element("input", { type: "range", min: 0, max: last, value: entry.day });
  const output = element("output");
  const say = () => {
    output.value = entry.spec.days[entry.day];
    input.setAttribute("aria-valuetext", output.value);
  };
  input.addEventListener("input", () => {
    entry.day = Number(input.value);
    say();
    entry.chart.setOption({ series: [{ data: areasOn(entry.spec, entry.day) }] });
  });
  input.setAttribute("aria-label", entry.spec.words.slider);
  say();
  return element("div", { className: "slider" }, [output, input]);
}

function rowsOf(spec) {
  const { words } = spec;
  if (spec.kind === "bars") return [["", spec.unit], ...spec.labels.map((label, i) => [label, number(spec.values[i], words)])];
  const series = spec.kind === "curve" ? spec.lines.map((line) => [line.label, line.values]) : Object.entries(spec.values).map(([code, values]) => [spec.names[code], values]);
  return [[words.day, ...series.map(([label]) => label)], ...spec.days.map((day, i) => [day, ...series.map(([, values]) => said(spec, values[i]))])];
}

function numbersOf(spec) {
  const [head, ...rows] = rowsOf(spec);
  const cells = (name, values) => values.map((text, i) => element(name, { textContent: text, className: i ? "number" : "" }));
  const table = element("table", {}, [
    element("thead", {}, [element("tr", {}, cells("th", head))]),
    element("tbody", {}, rows.map((row) => element("tr", {}, cells("td", row)))),
  ]);
  return element("div", { className: "table-wide", tabIndex: 0 }, [table]);
}

function numbersFor(entry) {
  const details = element("details", { className: "numbers" }, [element("summary", { textContent: entry.spec.words.numbers })]);
  details.addEventListener("toggle", () => {
    details.querySelector(".table-wide")?.remove();
    if (details.open) details.append(numbersOf(entry.spec));
  });
  return details;
}

function build(place, spec, text) {
  const canvas = element("div", { className: "chart-canvas" });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", spec.title);
  if (spec.kind === "bars") canvas.style.height = `${Math.max(spec.labels.length * 30 + 8, 90)}px`;
  const entry = { place, spec, text, day: spec.days ? spec.days.length - 1 : 0 };
  place.replaceChildren(canvas);
  entry.chart = echarts.init(canvas);
  if (spec.kind === "map") place.append(sliderFor(entry));
  place.append(numbersFor(entry));
  new ResizeObserver(() => entry.chart.resize()).observe(canvas);
  return entry;
}

function draw(place) {
  const block = document.getElementById(place.dataset.chart);
  const known = drawn.get(place);
  if (!block || known?.text === block.textContent) return;
  const spec = JSON.parse(block.textContent);
  const entry = known ?? build(place, spec, block.textContent);
  Object.assign(entry, { spec, text: block.textContent, day: Math.min(entry.day, (spec.days?.length ?? 1) - 1) });
  drawn.set(place, entry);
  entry.chart.setOption(optionOf(entry), true);
}

export function drawAll() {
  for (const [place, entry] of drawn) {
    if (place.isConnected) continue;
    entry.chart.dispose();
    drawn.delete(place);
  }
  document.querySelectorAll("[data-chart]").forEach(draw);
}

document.addEventListener("theme", () => drawn.forEach((entry) => entry.chart.setOption(optionOf(entry), true)));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new Event("theme")));
