// Rows of data feeds: lines of text that all users share, each parsed when it is drawn.

import { SharedArray } from 'k6/data';

import { parseJson } from './values.js';

// The feeds of a job; `end` is the number of iterations that have a row, or Infinity.
export function openFeeds(feeds) {
  return feeds.map((feed) => {
    const lines = new SharedArray(feed.name, () => open(feed.file).split('\n'));
    if (lines.length !== feed.size) throw new Error(`${feed.name}: ${lines.length} rows, not ${feed.size}`);
    return { name: feed.name, strategy: feed.strategy, size: feed.size, end: endOf(feed), lines, parse: parser(feed) };
  });
}

// Draws a row of each feed; the number of a feed that has none left, or -1.
export function drawRows(feeds, session) {
  for (let i = 0; i < feeds.length; i += 1) {
    const feed = feeds[i];
    if (session.iteration >= feed.end) return i;
    if (feed.strategy !== 'per_user' || !(feed.name in session.rows)) {
      session.rows[feed.name] = feed.parse(feed.lines[placeOf(feed, session)]);
    }
  }
  return -1;
}

function placeOf(feed, session) {
  if (feed.strategy === 'random') return session.chance.below(feed.size);
  return (feed.strategy === 'per_user' ? session.user : session.iteration) % feed.size;
}

function endOf(feed) {
  return feed.runs_out ? feed.size : Infinity;
}

// A line is a JSON object, or the values of the columns: as a JSON list, or with a delimiter between them.
function parser({ columns, delimiter }) {
  if (columns === null) return parseJson;
  return (line) => {
    const values = delimiter === null ? JSON.parse(line) : line.split(delimiter);
    const row = {};
    for (let i = 0; i < columns.length; i += 1) row[columns[i]] = values[i];
    return row;
  };
}
