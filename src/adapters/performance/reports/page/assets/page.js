// The page's script: charts from the JSON in the page through uPlot, tables that sort and search, light and dark.
// Without it the page has static drawings of the same charts, and tables as they are.
"use strict";
(() => {
  const root = document.documentElement;
  const data = JSON.parse(document.getElementById("data").textContent);
  root.classList.add("js");

  // Figures

  const three = value => value >= 99.95 || value === 0 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1)
    : value >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
  const grouped = value => value.toLocaleString("en-US", {maximumFractionDigits: value >= 100 ? 0 : 2});
  const two = value => String(value).padStart(2, "0");
  const clock = second => {
    const whole = Math.round(second), hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
    return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : minutes ? `${minutes}:${two(whole % 60)}` : `${whole}s`;
  };
  const signed = value => (value > 0 ? "+" : "") + String(+value.toPrecision(4));
  const WRITE = {
    ms: value => value >= 999.5 ? three(value / 1000) + "s" : value >= 0.9995 || value === 0 ? three(value) + "ms"
      : value >= 0.0009995 ? three(value * 1000) + "µs" : +(value * 1e6).toPrecision(3) + "ns",
    rate: value => grouped(value) + "/s",
    count: value => grouped(value),
    percent: value => +(value * 100).toPrecision(3) + "%",
    ratio: value => +value.toPrecision(4) + "×",
    plain: value => String(+value.toPrecision(4)),
    time: clock,
    change: value => signed(value * 100) + "%",
    points: value => signed(value * 100) + "pp",
    shift: value => (value > 0 ? "+" : value < 0 ? "-" : "") + WRITE.ms(Math.abs(value)),
    nines: value => (100 * (1 - 10 ** -value)).toFixed(Math.max(0, Math.ceil(value) - 1)) + "%",
  };
  const write = (value, unit) => value == null ? "–" : WRITE[unit](value);
  const tick = (value, unit) => value == null ? "" : WRITE[unit](value).replace(/(\.\d*?)0+(?!\d)/, (all, kept) => kept === "." ? "" : kept);
  const when = second => {
    const hour = data.started == null ? "" : " · " + new Date((data.started + second) * 1000).toISOString().slice(11, 19) + " UTC";
    return clock(second) + hour;
  };

  // Colours, as the theme has them

  const probe = document.body.appendChild(document.createElement("i"));
  probe.hidden = true;
  const colour = (name, alpha = 1) => {
    probe.style.color = `color-mix(in srgb, var(--${name}) ${alpha * 100}%, transparent)`;
    return getComputedStyle(probe).color;
  };

  // Charts

  const charts = new Map();
  const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
  const HEIGHT = 260;

  const axes = spec => {
    const common = {stroke: colour("soft"), font: FONT, ticks: {show: false}, grid: {stroke: colour("rule"), width: 1}};
    const fixed = axis => axis.ticks && {
      splits: () => axis.ticks.map(([at]) => at),
      values: (u, splits) => {
        let free = -Infinity;
        return splits.map(at => {
          const label = (axis.ticks.find(([there]) => there === at) || [0, ""])[1], half = label.length * 3.5 + 4;
          const place = u.valToPos(at, u.series[0].scale);
          if (place - half < free) return "";
          free = place + half;
          return label;
        });
      },
    };
    const spaced = (axis, narrow) => fixed(axis) || {
      values: (u, splits) => splits.map(value => tick(value, axis.unit)),
      ...(axis.unit === "time" ? {incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400]} : {}),
      ...(axis.unit === "count" ? {incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7]} : {}),
      space: narrow,
    };
    return [
      {...common, grid: {show: false}, size: 28, gap: 6, ...spaced(spec.xAxis, 64)},
      {...common, size: 62, gap: 6, ...spaced(spec.yAxis, 36)},
    ];
  };

  // Marks have room for their labels above the values.
  const yScale = (axis, marks) => ({
    distr: axis.log ? 3 : 1,
    range: (u, low, high) => {
      if (axis.log) {
        const [bottom, top] = low > 0 && high > 0 ? uPlot.rangeLog(low, marks ? high * 1.8 : high, 10, false) : [1, 10];
        return [axis.low ?? bottom, axis.high ?? top];
      }
      return [axis.low ?? Math.min(0, low ?? 0), axis.high ?? ((high ?? 1) * (1.06 + 0.07 * Math.min(3, marks)) || 1)];
    },
  });

  const marks = spec => u => {
    const {ctx, bbox} = u;
    ctx.save();
    for (const mark of spec.marks) {
      const left = u.valToPos(mark.at, "x", true), right = u.valToPos(mark.until ?? mark.at, "x", true);
      if (right < bbox.left || left > bbox.left + bbox.width) continue;
      const from = Math.max(left, bbox.left), to = Math.min(right, bbox.left + bbox.width);
      ctx.fillStyle = colour("ink", 0.07);
      ctx.fillRect(from, bbox.top, to - from, bbox.height);
      ctx.strokeStyle = colour("soft");
      ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.lineWidth = devicePixelRatio;
      ctx.beginPath();
      for (const x of mark.until == null ? [left] : [left, right]) {
        if (x >= bbox.left && x <= bbox.left + bbox.width) { ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + bbox.height); }
      }
      ctx.stroke();
    }
    ctx.restore();
  };

  // Labels of marks, over everything else, in as many rows as it takes for none to cover another.
  const labels = spec => u => {
    const {ctx, bbox} = u, gap = 4 * devicePixelRatio, end = bbox.left + bbox.width, taken = [];
    ctx.save();
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.fillStyle = colour("soft");
    ctx.strokeStyle = colour("bg");
    ctx.lineWidth = gap;
    ctx.lineJoin = "round";
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    for (const mark of spec.marks) {
      const place = u.valToPos(mark.at, "x", true);
      if (place > end || u.valToPos(mark.until ?? mark.at, "x", true) < bbox.left) continue;
      const x = Math.max(place, bbox.left), width = ctx.measureText(mark.label).width + 2 * gap;
      const left = x + width > end && x - width > bbox.left ? x - width : x;
      let row = taken.findIndex(row => row.every(([start, stop]) => left + width <= start || left >= stop));
      if (row < 0) row = taken.push([]) - 1;
      taken[row].push([left, left + width]);
      const y = bbox.top + (12 + 14 * row) * devicePixelRatio;
      ctx.strokeText(mark.label, left + gap, y);
      ctx.fillText(mark.label, left + gap, y);
    }
    ctx.restore();
  };

  const common = (figure, spec) => ({
    width: Math.max(200, figure.querySelector(".canvas").clientWidth),
    height: HEIGHT,
    padding: [8, 26, 0, 0],
    legend: {show: false},
    axes: axes(spec),
    cursor: {y: false, drag: {x: true, y: false}, points: {size: 7}, ...(spec.sync ? {sync: {key: spec.sync}} : {})},
  });

  const readout = (figure, spec) => u => {
    const index = u.cursor.idx;
    const at = figure.querySelector(".at");
    const x = index == null ? null : u.data[0][index];
    at.textContent = x == null ? "" : spec.xAxis.unit === "time" ? when(x) : placeName(spec, x);
    figure.querySelectorAll(".key output").forEach((output, number) => {
      output.textContent = x == null ? "" : write(spec.series[number].values[index], spec.yAxis.unit);
    });
  };
  const placeName = (spec, x) => (spec.xAxis.ticks || []).find(([at]) => at === x)?.[1] ?? write(x, spec.xAxis.unit);

  const plot = (figure, spec) => {
    const log = spec.yAxis.log;
    const values = spec.series.map(series => log ? series.values.map(value => value > 0 ? value : null) : series.values);
    const series = spec.series.map(one => ({
      label: one.label,
      show: !!one.on,
      stroke: colour(one.colour),
      width: one.dots ? 0 : one.colour === "soft" ? 1.25 : 1.75,
      dash: one.dashed ? [5, 4] : undefined,
      fill: one.filled ? colour(one.colour, 0.14) : undefined,
      paths: one.dots ? () => null : one.stepped ? uPlot.paths.stepped({align: 1}) : undefined,
      points: one.dots || one.marked ? {show: true, size: one.dots ? 9 : 7, fill: colour(one.colour), width: 0} : {show: one.dashed ? false : undefined, size: 5, fill: colour(one.colour), width: 0},
    }));
    return new uPlot({
      ...common(figure, spec),
      scales: {x: {time: false, distr: spec.xAxis.log ? 3 : 1, range: (u, low, high) => u.zoomed ? [low, high] : spec.xAxis.ends}, y: yScale(spec.yAxis, spec.marks.length)},
      series: [{}, ...series],
      bands: spec.bands.map(([upper, lower]) => ({series: [upper + 1, lower + 1], fill: colour(spec.series[upper].colour, 0.12)})),
      hooks: {setCursor: [readout(figure, spec)], drawClear: [marks(spec)], draw: [labels(spec)], setSelect: [u => { u.zoomed = true; }]},
    }, [data.x[spec.x], ...values], figure.querySelector(".canvas"));
  };

  const LEVELS = 7;
  const heat = (figure, spec) => {
    const starts = data.x[spec.x];
    const top = Math.max(...spec.columns.map(([, ...counts]) => Math.max(0, ...counts)));
    const level = count => Math.ceil(LEVELS * Math.sqrt(count / top));
    const paint = u => {
      const fills = Array.from({length: LEVELS}, (_, number) => colour(`h${number + 1}`));
      const ys = spec.edges.map(edge => u.valToPos(edge, "y", true));
      u.ctx.save();
      u.ctx.beginPath();
      u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
      u.ctx.clip();
      spec.columns.forEach(([first, ...counts], number) => {
        const left = Math.floor(u.valToPos(starts[number], "x", true));
        const right = Math.ceil(u.valToPos(starts[number] + spec.width, "x", true));
        counts.forEach((count, row) => {
          if (!count) return;
          const bottom = Math.ceil(ys[first + row]), above = Math.floor(ys[first + row + 1]);
          u.ctx.fillStyle = fills[level(count) - 1];
          u.ctx.fillRect(left, above, right - left, bottom - above);
        });
      });
      u.ctx.restore();
    };
    const told = u => {
      const {left, top: y} = u.cursor, at = figure.querySelector(".at"), output = figure.querySelector(".cell");
      const x = left == null || left < 0 ? null : u.posToVal(left, "x");
      const number = x == null ? -1 : starts.findLastIndex(start => start <= x);
      at.textContent = number < 0 ? "" : when(starts[number]);
      const value = y == null || y < 0 ? null : u.posToVal(y, "y");
      const row = value == null ? -1 : spec.edges.findLastIndex(edge => edge <= value);
      const [first, ...counts] = spec.columns[number] ?? [0];
      output.textContent = number < 0 || row < 0 || row >= spec.edges.length - 1 ? ""
        : `${tick(spec.edges[row], spec.yAxis.unit)} to ${tick(spec.edges[row + 1], spec.yAxis.unit)}: ${grouped(counts[row - first] ?? 0)}`;
    };
    const ends = [spec.edges[0], spec.edges[spec.edges.length - 1]];
    const options = common(figure, spec);
    options.axes[1].grid = {show: false};
    options.cursor.y = true;
    options.cursor.points = {show: false};
    if (options.cursor.sync) options.cursor.sync.scales = ["x", null];
    return new uPlot({
      ...options,
      scales: {x: {time: false, range: (u, low, high) => u.zoomed ? [low, high] : spec.xAxis.ends}, y: {distr: 3, range: () => ends}},
      series: [{}, {paths: () => null, points: {show: false}}],
      hooks: {setCursor: [told], drawAxes: [paint], draw: [marks(spec), labels(spec)], setSelect: [u => { u.zoomed = true; }]},
    }, [starts, starts.map(() => null)], figure.querySelector(".canvas"));
  };

  const build = figure => {
    const spec = data.charts[figure.id];
    charts.get(figure)?.destroy();
    const made = spec.kind === "heat" ? heat(figure, spec) : plot(figure, spec);
    made.over.addEventListener("dblclick", () => charts.forEach(chart => { chart.zoomed = false; }), true);
    charts.set(figure, made);
  };
  const rebuild = () => [...charts.keys()].forEach(build);

  const prepare = figure => {
    const spec = data.charts[figure.id];
    figure.querySelectorAll(".key").forEach((key, number) => key.addEventListener("click", () => {
      const series = spec.series[number];
      series.on = !series.on;
      key.setAttribute("aria-pressed", series.on);
      charts.get(figure)?.setSeries(number + 1, {show: series.on});
    }));
    const scale = figure.querySelector(".scale");
    scale?.addEventListener("click", () => {
      spec.yAxis.log = !spec.yAxis.log;
      scale.textContent = spec.yAxis.log ? "linear scale" : "log scale";
      build(figure);
    });
  };

  const figures = [...document.querySelectorAll("figure.chart")];
  figures.forEach(prepare);
  const drawNext = number => {
    if (number < figures.length) {
      build(figures[number]);
      if (!number) performance.mark("first-chart");
      setTimeout(drawNext, 0, number + 1);
    } else {
      performance.mark("all-charts");
      root.dataset.drawn = "true";
    }
  };
  drawNext(0);

  const fit = new ResizeObserver(entries => {
    for (const {target} of entries) {
      const chart = charts.get(target.closest("figure"));
      if (chart && target.clientWidth && target.clientWidth !== chart.width) chart.setSize({width: target.clientWidth, height: HEIGHT});
    }
  });
  figures.forEach(figure => fit.observe(figure.querySelector(".canvas")));

  // Light and dark

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
  const button = document.getElementById("theme");
  const named = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    named();
    rebuild();
  });
  dark.addEventListener("change", () => { named(); rebuild(); });
  named();

  // Tables

  for (const listing of document.querySelectorAll(".listing")) {
    const body = listing.querySelector("tbody"), rows = [...body.rows];
    const heads = [...listing.querySelectorAll("thead th")];
    const key = (row, column) => {
      const cell = row.cells[column];
      return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
    };
    const compare = (one, other) => typeof one === "number" && typeof other === "number" ? one - other
      : typeof one === typeof other ? one.localeCompare(other, undefined, {numeric: true}) : typeof one === "number" ? -1 : 1;
    heads.forEach((head, column) => {
      if (!head.textContent || rows.every(row => !row.cells[column].dataset.v && column)) return;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const first = column ? "descending" : "ascending";
        const order = head.ariaSort === first ? (column ? "ascending" : "descending") : first;
        heads.forEach(other => other.removeAttribute("aria-sort"));
        head.ariaSort = order;
        const sign = order === "ascending" ? 1 : -1;
        body.append(...rows.sort((one, other) => sign * compare(key(one, column), key(other, column))));
      });
    });
    const search = listing.querySelector("input"), told = listing.querySelector(".search output");
    search.addEventListener("input", () => {
      const wanted = search.value.toLowerCase();
      let found = 0;
      for (const row of rows) {
        row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
        found += !row.hidden;
      }
      told.textContent = wanted ? `${found} of ${rows.length}` : "";
    });
  }

  // Print: everything that is folded away is shown

  addEventListener("beforeprint", () => document.querySelectorAll("main section details").forEach(part => { part.open = true; }));
})();
