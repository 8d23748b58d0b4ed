// Many files, big files, and long random runs.

import { Random } from '../../engine/base/random.ts';
import type { Files, Volume } from '../../engine/env/files.ts';
import { content, create, equal, equalContent, eventually } from './assertions.ts';
import { mounted, pattern, Suite } from './suite.ts';

export const large = new Suite();

// Size and number.

large.source('three hundred files', async (source) => {
  const name = (i: number) => `file-${i}`;
  await mounted(source, async (files, volume) => {
    for (let i = 0; i < 300; i++) {
      const file = await create(volume, name(i));
      file.append(pattern(i, i));
      if (i % 3 === 0) file.close();
    }
    files.syncDirectory();
  });
  await mounted(source, async (files, volume) => {
    equal(files.list().length, 300, 'number of files');
    for (let i = 0; i < 300; i++)
      equalContent(content(files.open(name(i))), pattern(i, i), name(i));
    for (let i = 0; i < 300; i++) if (i % 10 > 0) files.delete(name(i));
    await volume.upkeep();
    equal(files.list().length, 30, 'number of files left');
    equalContent(content(files.open(name(290))), pattern(290, 290), name(290));
  });
  await mounted(source, (files) => equal(files.list().length, 30, 'number of files left'));
});

large.source('a file of 16 MiB, written in pieces of many sizes', async (source) => {
  const size = 16 * 1024 * 1024;
  const whole = pattern(size, 3);
  await mounted(source, async (files) => {
    const file = files.create('big');
    for (
      let at = 0, piece = 1;
      at < size;
      at += piece, piece = Math.min((piece * 3) % 1_000_003, size)
    ) {
      file.append(whole.subarray(at, Math.min(at + piece, size)));
    }
    file.sync();
    await eventually(() => file.durableBytes === size, 'all of it is durable');
    equalContent(content(file), whole, 'content');
  });
  await mounted(source, (files) =>
    equalContent(content(files.open('big')), whole, 'content after a remount'),
  );
});

large.source('many small synced appends', async (source) => {
  const whole = pattern(300 * 37, 5);
  await mounted(source, async (files) => {
    const file = files.create('log');
    for (let i = 0; i < 300; i++) {
      file.append(whole.subarray(i * 37, (i + 1) * 37));
      file.sync();
      if (i % 7 === 0)
        await eventually(() => file.durableBytes === file.size, 'the append is durable');
    }
  });
  await mounted(source, (files) => equalContent(content(files.open('log')), whole, 'content'));
});

large.source('random calls agree with a map of arrays, over remounts', async (source) => {
  const random = new Random(42);
  const model = new Map<string, Uint8Array>();
  for (let round = 0; round < 6; round++) {
    await mounted(source, async (files, volume) => {
      for (let step = 0; step < 60; step++) await randomStep(random, files, volume, model);
      files.syncDirectory();
    });
    await mounted(source, (files) => {
      equal(files.list(), [...model.keys()].sort(), 'list');
      for (const [name, expected] of model) equalContent(content(files.open(name)), expected, name);
    });
  }
});

async function randomStep(
  random: Random,
  files: Files,
  volume: Volume,
  model: Map<string, Uint8Array>,
) {
  const name = `f${random.below(6)}`;
  const old = model.get(name);
  if (old === undefined) {
    (await create(volume, name)).close();
    model.set(name, new Uint8Array(0));
  } else if (random.chance(1, 8)) {
    files.delete(name);
    model.delete(name);
  } else {
    const file = files.open(name);
    const more = random.bytes(random.below(random.pick([10, 600, 70_000])));
    file.append(more, random.chance(1, 2));
    if (random.chance(1, 4)) file.sync();
    file.close();
    const joined = new Uint8Array(old.length + more.length);
    joined.set(old);
    joined.set(more, old.length);
    model.set(name, joined);
  }
}
