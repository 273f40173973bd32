// Runs any plan: reads the job that polyload wrote, compiles its program once for each user, and interprets it.
//
// A closed load runs in `loop`, in which a user goes through all its iterations itself; an open load, a number of
// iterations, and whatever counts iterations over all users run in `iteration`, which k6 calls for each.

import { sleep } from 'k6';
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import http from 'k6/http';

import * as report from './report.js';
import { compilePause } from './pauses.js';
import { clock as times, compileRequest } from './requests.js';
import { activeSpans } from './shape.js';
import { compileConditions } from './texts.js';
import { parseJson } from './values.js';

const LOADED_AT = Date.now(); // in teardown, which loads this file afresh, the end of the load
const SLICE_MS = 200; // how long a pause goes on before it looks for a stop

const job = JSON.parse(open(__ENV.POLYLOAD_JOB));
const feeds = job.feeds.map((feed) => ({ ...feed, rows: new SharedArray(feed.name, () => JSON.parse(open(feed.file))) }));
const scenarios = job.scenarios.map((scenario) => scenario.steps.map(compileStep));
const session = {
  user: 0,
  iteration: 0,
  variables: new Map(Object.entries(job.variables).map(([name, text]) => [name, parseJson(text)])),
  rows: {},
  sequence: 0,
  jar: null,
};
const clock = times; // imports are looked up each time they are used
const { flush, flushWhenDue, iterated } = report;
const { min } = Math;
const pacings = job.scenarios.map((scenario) => scenario.pacing_ms);
const paced = pacings.some((pacing) => pacing > 0);
const repeat = repeatOf(scenarios);
let begun = false;
let iterationBegan = 0; // when this user's last iteration did, or should have
let pacing = 0; // how long after that the next begins
let stopped = () => false;

export const options = job.options;

function compileStep(step) {
  const conditions = { run_if: parseOptional(step.run_if), skip_if: parseOptional(step.skip_if) };
  const runs = compileConditions(conditions);
  if (step.kind === 'pause') return { runs, pause: compilePause(step) };
  return { runs, request: compileRequest(step, job.cookies, job.trends.length > 0) };
}

function parseOptional(text) {
  return text === null ? null : parseJson(text);
}

// A user of a closed load.
export function loop() {
  try {
    const instance = exec.instance;
    stopped = () => instance.iterationsCompleted > 0; // the one that does is the control, when told to stop
    begin(exec.scenario.iterationInTest);
    const start = clock.startedAt;
    for (const [from, until] of activeSpans(job.load.points, session.user)) {
      pauseUntil(start + from);
      if (!running()) break;
      report.users(1, clock.now);
      const leaves = start + until;
      iterationBegan = clock.now;
      while (clock.now < leaves && clock.now < clock.endsAt) {
        goOn(min(leaves, clock.endsAt));
        if (paced) keepPace(leaves);
      }
      flush(clock.now);
      if (leaves < clock.endsAt) report.users(-1, clock.now);
    }
    pauseUntil(clock.endsAt);
    report.users(0, clock.now);
  } catch (error) {
    report.exception(error);
  }
}

// One iteration, for k6's executors that count them.
export function iteration() {
  try {
    if (!begun) begin(exec.vu.idInTest - 1, () => exec.instance.vusActive);
    clock.now = Date.now();
    if (running()) iterateOnce();
    else sleep(Math.max(0, clock.startedAt + job.shortest_ms - clock.now) / 1000);
    flush(clock.now);
  } catch (error) {
    report.exception(error);
  }
}

// An iteration that k6 counts; the user waits for the time of its next before it takes that.
function iterateOnce() {
  const number = job.counts || paced ? exec.scenario.iterationInTest : 0;
  iterate(job.counts ? number : 0);
  if (paced && number + 1 !== job.load.iterations) keepPace(clock.endsAt);
}

// Asks polyload whether to stop, until the load is over; when this returns, every user stops.
export function control() {
  const end = exec.scenario.startTime + job.load.duration_s * 1000;
  const users = job.load.users;
  while (exec.instance.iterationsCompleted < users) {
    const answer = http.request('GET', job.control, null, { responseType: 'none', jar: new http.CookieJar() });
    if (answer.status !== 204) return;
    sleep(Date.now() < end ? 0.05 : 0.01);
  }
}

export function teardown() {
  report.ended(job.control !== null || job.load.kind === 'iterations' ? 0 : LOADED_AT);
}

export function handleSummary(data) {
  const dropped = data.metrics.dropped_iterations;
  if (job.load.kind === 'open') report.dropped(dropped ? dropped.values.count : 0);
  if (job.trends.length > 0) report.trends(job.trends.map((name) => figuresOf(data.metrics[name])));
  return {};
}

function figuresOf(trend) {
  return trend ? job.options.summaryTrendStats.map((stat) => trend.values[stat]) : [];
}

function begin(user, busy) {
  begun = true;
  session.user = user;
  session.iteration = -1;
  clock.startedAt = exec.scenario.startTime;
  clock.now = Date.now();
  iterationBegan = clock.now;
  if (job.lasts_s !== null) clock.endsAt = clock.startedAt + job.lasts_s * 1000;
  clock.cutAt = clock.endsAt + job.graceful_stop_s * 1000;
  report.began(clock.startedAt, busy);
}

function running() {
  if (stopped()) clock.endsAt = Math.min(clock.endsAt, clock.now);
  return clock.now < clock.endsAt;
}

// The next iteration, or several at once where each is the same single request.
function goOn(until) {
  if (repeat === null || !repeat(until)) iterate(session.iteration + 1);
  else if (flushWhenDue(clock.now)) running();
}

function repeatOf([steps, ...others]) {
  const [step] = steps;
  if (feeds.length > 0 || job.cookies === 'iteration' || others.length > 0 || steps.length > 1 || paced) return null;
  return step.runs === null && step.request && step.request.repeat ? step.request.repeat : null;
}

function iterate(number) {
  session.iteration = number;
  if (feeds.length > 0) drawRows();
  if (job.cookies === 'iteration') session.jar = new http.CookieJar();
  const scenario = scenarios.length === 1 ? 0 : pick();
  const steps = scenarios[scenario];
  pacing = pacings[scenario];
  const last = steps.length - 1;
  for (let i = 0; i <= last; i += 1) {
    if (clock.now >= clock.endsAt) return;
    const step = steps[i];
    if (step.runs !== null && !step.runs(session)) {
      clock.now = Date.now();
    } else {
      if (step.request) step.request(session);
      else pause(step.pause);
      if (i < last && flushWhenDue(clock.now)) running();
    }
  }
  if (!clock.cutOff) iterated(clock.now);
  if (flushWhenDue(clock.now)) running();
}

function drawRows() {
  for (const feed of feeds) session.rows[feed.name] = parseJson(feed.rows[rowOf(feed) % feed.rows.length]);
}

function rowOf(feed) {
  if (feed.strategy === 'random') return Math.floor(Math.random() * feed.rows.length);
  return feed.strategy === 'per_user' ? session.user : session.iteration;
}

function pick() {
  let left = Math.random() * job.scenarios.reduce((sum, scenario) => sum + scenario.weight, 0);
  const picked = job.scenarios.findIndex((scenario) => (left -= scenario.weight) < 0);
  return picked < 0 ? job.scenarios.length - 1 : picked;
}

// Think time, cut short when the load ends.
function pause(length) {
  flush(clock.now);
  clock.now = Date.now();
  pauseUntil(clock.now + length() * 1000);
}

// Waits until the user's next iteration is due, or it leaves; one that is late begins now, and is counted.
function keepPace(leaves) {
  const due = iterationBegan + pacing;
  if (clock.now > due) {
    iterationBegan = clock.now;
    if (pacing > 0 && due < leaves && running()) report.late();
    return;
  }
  iterationBegan = due;
  flush(clock.now);
  clock.now = Date.now();
  pauseUntil(min(due, leaves));
}

function pauseUntil(time) {
  while (running() && clock.now < time) {
    const left = Math.min(time, clock.endsAt) - clock.now;
    sleep(Math.min(left, stoppable() ? SLICE_MS : left) / 1000);
    clock.now = Date.now();
  }
}

function stoppable() {
  return job.control !== null;
}
