// Steps as functions of a session that say what follows, and steps made of steps.

import * as report from './report.js';
import { compilePause } from './pauses.js';
import * as requests from './requests.js';
import { compileCondition, compileConditions, compileGiven } from './texts.js';
import { flushAndLook, pause, preciseNow } from './time.js';
import { MISSING, numberOf, parseJson } from './values.js';

// Imports are looked up each time they are used.
const { CONTINUE, OVER, clock, compileRequest, tally } = requests;
const { group: groupEnded } = report;

// Whether a step runs (null: always) and what it does, for each of these; ``how`` is what requests need to know.
export function compileSteps(steps, how) {
  return steps.map((step) => {
    const conditions = { run_if: parseOptional(step.run_if), skip_if: parseOptional(step.skip_if) };
    return { runs: compileConditions(conditions), run: KINDS[step.kind](step, how) };
  });
}

function parseOptional(text) {
  return text === null ? null : parseJson(text);
}

// A function that does steps one after the other; that the first may start is known to whoever calls it.
export function inOrder(steps) {
  const last = steps.length - 1;
  return (session) => {
    for (let i = 0; i <= last; i += 1) {
      if (i > 0 && clock.now >= clock.endsAt) return OVER;
      const step = steps[i];
      if (step.runs !== null && !step.runs(session)) {
        clock.now = Date.now();
      } else {
        const follows = step.run(session);
        if (follows !== CONTINUE) return follows;
        if (i < last) flushAndLook();
      }
    }
    return CONTINUE;
  };
}

function blockOf(steps, how) {
  return inOrder(compileSteps(steps, how));
}

const KINDS = {
  request: (step, how) => {
    for (const check of step.checks) if ('equals_json' in check) check.equals = parseJson(check.equals_json);
    const request = compileRequest(step, how);
    return step.retry === null ? request : retrying(step.retry, request);
  },
  pause: (step) => {
    const length = compilePause(step);
    return (session) => {
      const began = preciseNow();
      pause(length(session));
      tally.thoughtMs += preciseNow() - began;
      if (clock.now >= clock.endsAt) tally.cutShort += 1;
      return CONTINUE;
    };
  },
  set: (step) => {
    const values = step.set.map(([name, value]) => [name, compileGiven(parseJson(value), asWritten)]);
    return (session) => {
      for (const [name, value] of values) session.variables.set(name, value(session));
      return CONTINUE;
    };
  },
  group: compileGroup,
  choose: (step, how) => {
    const weights = step.choices.map((choice) => choice.weight);
    const blocks = step.choices.map((choice) => blockOf(choice.steps, how));
    return (session) => blocks[session.chance.weighted(weights)](session);
  },
  repeat: (step, how) => {
    const times = step.times === null ? null : compileGiven(parseJson(step.times), orMissing);
    const count = (session) => {
      if (times === null) return step.min < step.max ? step.min + session.chance.below(step.max - step.min + 1) : step.min;
      const number = numberOf(times(session));
      return number !== null && Number.isInteger(number) && number >= 0 ? number : null;
    };
    return loop(step, how, (session) => {
      const rounds = count(session);
      return rounds === null ? null : (round) => round < rounds;
    });
  },
  while: (step, how) => {
    const holds = compileCondition(parseJson(step.while));
    return loop(step, how, (session) => (round) => round < step.max && holds(session));
  },
  for_each: (step, how) => {
    const items = compileGiven(parseJson(step.items), orMissing);
    return loop(step, how, (session) => {
      const found = items(session);
      if (!Array.isArray(found)) return null;
      return (round) => {
        if (round >= found.length) return false;
        session.variables.set(step.as, found[round]);
        return true;
      };
    });
  },
};

function asWritten(part) {
  return part.text;
}

function orMissing() {
  return MISSING;
}

// Steps that are done over and over: ``rounds`` of a session says whether there is a round of that number, counted from
// 0; null when there is no telling.
function loop(step, how, rounds) {
  const block = blockOf(step.steps, how);
  return (session) => {
    const more = rounds(session);
    if (more === null) report.skipped(step.skipped);
    for (let round = 0; more !== null && more(round); round += 1) {
      if (round > 0) {
        flushAndLook();
        if (clock.now >= clock.endsAt) return OVER;
      }
      const { sent } = tally;
      const follows = block(session);
      if (follows !== CONTINUE) return follows;
      if (tally.sent === sent) clock.now = Date.now();
    }
    return CONTINUE;
  };
}

// Steps whose time is taken as a whole; not where the end of the load cuts them off, or nothing was sent.
function compileGroup(step, how) {
  const block = blockOf(step.steps, how);
  return (session) => {
    const { sent, failures, cutShort, thoughtMs } = tally;
    const began = preciseNow();
    const follows = block(session);
    const cutOff = follows === OVER || clock.cutOff || (step.pauses && tally.cutShort > cutShort);
    if (tally.sent > sent && !cutOff) {
      const waited = step.pauses ? 0 : tally.thoughtMs - thoughtMs;
      groupEnded(step.number, clock.now, preciseNow() - began - waited, tally.failures > failures);
    }
    return follows;
  };
}

// A request that is sent again, after a while, as long as it fails and the load goes on; only what the last attempt
// came to has consequences.
function retrying(retry, request) {
  const wanted = (cause, status) => {
    if (retry.statuses.some(([low, high]) => low <= status && status <= high)) return true;
    if (cause === null || retry.causes === null) return cause !== null;
    return retry.causes.includes(cause) || (cause === 'timeout' && retry.causes.includes('no_answer'));
  };
  return (session) => {
    const { failures } = tally;
    let follows = request(session);
    for (const wait of retry.waits_s) {
      if (!wanted(tally.failures > failures ? tally.cause : null, tally.status)) break;
      if (wait > 0) pause(wait);
      if (clock.now >= clock.endsAt) return OVER;
      tally.failures = failures;
      follows = request(session);
    }
    return follows;
  };
}
