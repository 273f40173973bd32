// Runs any plan: reads the job that polyload wrote, compiles its program once for each user, and interprets it.
//
// A closed load runs in `loop`, in which a user goes through all its iterations itself; an open load, a number of
// iterations, and whatever counts iterations over all users run in `iteration`, which k6 calls for each.

import { sleep } from 'k6';
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import http from 'k6/http';

import * as report from './report.js';
import { compileGuard } from './authorised.js';
import { drawRows, openFeeds } from './feeds.js';
import { compileSteps, inOrder } from './flow.js';
import { doOnce, packed } from './once.js';
import { seeded } from './random.js';
import { OVER, STOP_USER, clock as times, tally, user as thisUser, wasChallenge } from './requests.js';
import { activeSpans } from './shape.js';
import { flushAndLook, pauseUntil, running, stopWhen, untilCut } from './time.js';
import { parseJson } from './values.js';

const LOADED_AT = Date.now(); // in teardown, which loads this file afresh, the end of the load

const job = JSON.parse(open(__ENV.POLYLOAD_JOB));
const feeds = openFeeds(job.feeds);
const guards = job.auths.map((entry) => compileGuard(entry, ownRequest, goesOnAt, () => wasChallenge(entry.challenge)));
const pools = Object.fromEntries(
  job.pools.map((pool) => [pool.name, new SharedArray(`pool ${pool.name}`, () => JSON.parse(open(pool.file)))]),
);
const weights = job.scenarios.map((scenario) => scenario.weight);
const how = { counts: job.trends.length > 0, aside: false, guards };
const scenarios = job.scenarios.map(compileScenario);
const session = {
  user: 0,
  iteration: 0,
  variables: new Map(Object.entries(job.variables).map(([name, text]) => [name, parseJson(text)])),
  rows: {},
  pools,
  chance: null,
  sequence: 0,
};
const clock = times; // imports are looked up each time they are used
const { flush, iterated } = report;
const { min } = Math;
const pacings = job.scenarios.map((scenario) => scenario.pacing_ms);
const paced = pacings.some((pacing) => pacing > 0);
const repeat = repeatOf(scenarios);
let begun = false;
let iterationBegan = 0; // when this user's last iteration did, or should have
let pacing = 0; // how long after that the next begins
let stopped = false; // by a failure, or for want of a row: this user does nothing more
const come = new Set(); // the scenarios that this user has come to and not left

export const options = job.options;
if (job.cookies === 'off') thisUser.jar = null;

// A function of the session that does a request of an auth's own; what becomes of it is no failure of the user's.
function ownRequest(step) {
  const [{ run }] = compileSteps([step], { counts: false, aside: true, guards: [] });
  return (session) => {
    const before = { ...tally };
    run(session);
    Object.assign(tally, before);
  };
}

// Waits until a moment in ms since 1970; whether the load goes on then.
function goesOnAt(time) {
  flush(clock.now);
  clock.now = Date.now();
  pauseUntil(time);
  return running();
}

function compileScenario({ before, steps, after }) {
  const aside = (given) => (given.length > 0 ? inOrder(compileSteps(given, { ...how, aside: true })) : null);
  const compiled = compileSteps(steps, how);
  return { steps: compiled, run: inOrder(compiled), before: aside(before), after: aside(after) };
}

// Once, before the load; k6 hands what it returns to every user.
export function setup() {
  const done = doOnce('setup', job, how, session);
  if (!done) throw new Error('setup failed');
  return { variables: packed(session.variables) };
}

// A user of a closed load.
export function loop(data) {
  try {
    const instance = exec.instance;
    stopWhen(() => instance.iterationsCompleted > 0, true); // the one that does is the control, when told to stop
    take(data);
    begin(exec.scenario.iterationInTest);
    const start = clock.startedAt;
    for (const [from, until] of activeSpans(job.load.points, session.user)) {
      pauseUntil(start + from);
      if (stopped || !running()) break;
      report.users(1, clock.now);
      const leaves = start + until;
      iterationBegan = clock.now;
      while (!stopped && clock.now < leaves && clock.now < clock.endsAt) {
        goOn(min(leaves, clock.endsAt));
        if (paced && !stopped) keepPace(leaves);
      }
      flush(clock.now);
      if (leaves < clock.endsAt || stopped) {
        report.users(-1, clock.now);
        if (come.size > 0) leave();
      }
    }
    pauseUntil(clock.endsAt);
    report.users(0, clock.now);
    leave();
  } catch (error) {
    report.exception(error);
  }
}

// One iteration, for k6's executors that count them.
export function iteration(data) {
  try {
    if (!begun) {
      take(data);
      begin(exec.vu.idInTest - 1, () => exec.instance.vusActive);
    }
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

// Once, after the load.
export function teardown(data) {
  report.ended(job.control !== null || job.load.kind === 'iterations' ? 0 : LOADED_AT);
  take(data);
  doOnce('teardown', job, how, session);
}

// The variables that setup left.
function take(data) {
  const { variables } = data || {};
  if (variables === undefined) return;
  const given = parseJson(variables);
  const entries = given instanceof Map ? Array.from(given.entries()) : Object.entries(given);
  for (const [name, value] of entries) session.variables.set(name, value);
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
  session.chance = seeded(job.seed, user);
  session.iteration = -1;
  clock.startedAt = exec.scenario.startTime;
  clock.now = Date.now();
  iterationBegan = clock.now;
  if (job.lasts_s !== null) clock.endsAt = clock.startedAt + job.lasts_s * 1000;
  clock.cutAt = clock.endsAt + job.graceful_stop_s * 1000;
  report.began(clock.startedAt, busy);
}

// The next iteration, or several at once where each is the same single request.
function goOn(until) {
  if (repeat === null || !repeat(until)) iterate(session.iteration + 1);
  else flushAndLook();
}

function repeatOf([{ steps, before, after }, ...others]) {
  const [step] = steps;
  if (feeds.length > 0 || job.cookies === 'iteration' || others.length > 0 || steps.length > 1 || paced) return null;
  return step.runs === null && before === null && after === null && step.run.repeat ? step.run.repeat : null;
}

function iterate(number) {
  session.iteration = number;
  const chosen = scenarios.length === 1 ? 0 : session.chance.weighted(weights);
  if (feeds.length > 0) {
    const ended = drawRows(feeds, session);
    if (ended >= 0) {
      starve(ended);
      return;
    }
  }
  if (job.cookies === 'iteration') thisUser.jar.clear();
  const scenario = scenarios[chosen];
  pacing = pacings[chosen];
  if (!come.has(chosen)) arrive(chosen, scenario);
  if (stopped || clock.now >= clock.endsAt) return;
  const follows = scenario.run(session);
  if (follows === STOP_USER) stop();
  if (follows !== OVER && !clock.cutOff) iterated(clock.now);
  flushAndLook();
}

// What a user does before its first iteration of a scenario, which is no part of its pace.
function arrive(number, { before }) {
  come.add(number);
  if (before === null) return;
  const began = clock.now;
  if (before(session) === STOP_USER) stop();
  iterationBegan += clock.now - began;
}

function stop() {
  stopped = true;
  report.stoppedUser();
}

// What a user does when it leaves: outside of the load, which may be over.
function leave() {
  const steps = Array.from(come).sort((a, b) => a - b).map((number) => scenarios[number].after);
  come.clear();
  untilCut('after', () => {
    for (const after of steps) if (after !== null) after(session);
  });
}

// There is no row left for this iteration, nor for any later one: when those that have rows are done, the load is over.
function starve(feed) {
  report.starved(feed);
  flush(clock.now);
  stopped = true;
  if (job.control !== null) {
    clock.endsAt = min(clock.endsAt, clock.now); // a user who is alone
    return;
  }
  const fed = min(...feeds.map(({ end }) => end));
  while (running() && exec.instance.iterationsCompleted < fed) {
    sleep(0.02);
    clock.now = Date.now();
  }
  if (running()) exec.test.abort('the rows ran out');
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
