// What lasts: watermarks, remounts, openers.

import { concatBytes } from '../../engine/base/bytes.ts';
import type { File, Files } from '../../engine/env/files.ts';
import { check, content, equal, equalContent, eventually, rejects, throws } from './assertions.ts';
import { bytes, mounted, pattern, Suite } from './suite.ts';

export const lasting = new Suite();

// Durability.

lasting.files(
  'a sync moves the watermark to what was appended before it, at once or later',
  async (files) => {
    const file = files.create('a');
    file.append(pattern(1000, 1));
    equal(file.durableBytes, 0, 'watermark before any sync');
    file.sync();
    await eventually(() => file.durableBytes === 1000, 'the watermark is at 1000');
    file.append(bytes(1));
    equal(file.durableBytes, 1000, 'watermark after one more append');
    equal(files.open('a').durableBytes, 1000, 'watermark of another handle');
    files.open('a').sync();
    await eventually(() => file.durableBytes === 1001, 'the watermark is at 1001');
  },
);

lasting.files('a sync makes durable what was appended lazily, too', async (files) => {
  const file = files.create('a');
  file.append(pattern(1000, 1), true);
  file.sync();
  await eventually(() => file.durableBytes === 1000, 'the watermark is at 1000');
  file.append(bytes(1), true);
  await null;
  equal(file.durableBytes, 1000, 'watermark after one more append');
  equal(file.size, 1001, 'size');
});

lasting.files(
  'a watermark never claims what was appended after the sync was asked for',
  async (files) => {
    const file = files.create('a');
    let asked = 0;
    for (let round = 0; round < 20; round++) {
      file.append(pattern(100, round));
      file.sync();
      asked = file.size;
      file.append(pattern(50, round));
      check(file.durableBytes <= asked, `${file.durableBytes} is within the ${asked} asked for`);
    }
    await eventually(() => file.durableBytes >= asked, 'all that was asked for is durable');
    equal(file.durableBytes, asked, 'watermark');
  },
);

lasting.source(
  'what is kept ready behind a file that goes on growing shows nowhere',
  async (source) => {
    const parts = [100, 900, 4096, 1, 70_000, 5, 5, 5, 200_000, 3, 0, 3, 3].map(pattern);
    const sizes = parts.map((_, i) =>
      parts.slice(0, i + 1).reduce((sum, part) => sum + part.length, 0),
    );
    await mounted(source, async (files) => {
      const file = files.create('log');
      for (const [i, part] of parts.entries()) {
        file.append(part, i % 2 === 0);
        file.sync(true);
        equal(file.size, sizes[i], 'size');
        equal(file.read(file.size, new Uint8Array(9)), 0, 'bytes behind the end');
        equal(files.open('log').size, file.size, 'size of another handle');
      }
      await eventually(() => file.durableBytes === sizes.at(-1), 'all of it is durable');
      file.append(bytes(1, 2));
      file.close();
    });
    await mounted(source, (files) => {
      const all = content(files.open('log'));
      equalContent(all, concatBytes(...parts, bytes(1, 2)), 'content after a remount');
      files.delete('log');
      files.create('next').append(bytes(3));
      equalContent(content(files.open('next')), bytes(3), 'content of the next file');
    });
  },
);

lasting.files(
  'a file that grows may be deleted while something is kept ready behind it',
  async (files) => {
    const file = files.create('log');
    for (let i = 0; i < 9; i++) {
      file.append(pattern(50, i));
      file.sync(true);
    }
    files.delete('log');
    throws('FERRIS_CLOSED', () => file.sync(true));
    const next = files.create('log');
    equal(next.size, 0, 'size of the next file of that name');
    next.append(bytes(1));
    equalContent(content(next), bytes(1), 'its content');
  },
);

lasting.files(
  'syncs of several files take effect in the order they were asked for',
  async (files) => {
    const all = ['a', 'b', 'c', 'd'].map((name) => files.create(name));
    const durable = () => all.map((file) => file.durableBytes);
    for (const file of all) file.append(pattern(3000, 1));
    for (const file of all) file.sync();
    await eventually(() => {
      const marks = durable();
      check(
        marks.every((mark, i) => i === 0 || mark <= (marks[i - 1] as number)),
        `${marks} is in order`,
      );
      return marks[3] === 3000;
    }, 'the last file is durable');
  },
);

lasting.files('onDurable is called after a watermark that moved late', async (files) => {
  const file = files.create('a');
  let calls = 0;
  files.onDurable = () => {
    calls++;
  };
  file.append(bytes(1));
  file.sync();
  const late = file.durableBytes === 0;
  await eventually(() => file.durableBytes === 1, 'the byte is durable');
  await new Promise((resolve) => setTimeout(resolve, 5));
  check(
    late ? calls > 0 : calls === 0,
    `${calls} calls, when durability came ${late ? 'late' : 'at once'}`,
  );
  equal(files.failure, undefined, 'failure');
});

lasting.files('a directory sync takes effect', async (files) => {
  files.create('a');
  files.syncDirectory();
  files.delete('a');
  files.syncDirectory();
  await eventually(() => files.directoryDurable, 'the directory is durable');
});

// Mounting.

lasting.source(
  'what was synced is there after a remount, and can be appended to',
  async (source) => {
    await mounted(source, (files) => {
      const file = files.create('log');
      file.append(pattern(70_000, 1));
      file.sync();
      files.syncDirectory();
    });
    await mounted(source, async (files) => {
      const file = files.open('log');
      equal(file.durableBytes, 0, 'watermark after a mount');
      file.append(pattern(33, 2));
      file.sync();
      await eventually(() => file.durableBytes === 70_033, 'all of it is durable');
    });
    await mounted(source, (files) => {
      const all = content(files.open('log'));
      equalContent(all.subarray(0, 70_000), pattern(70_000, 1), 'old bytes');
      equalContent(all.subarray(70_000), pattern(33, 2), 'new bytes');
    });
  },
);

lasting.source('what was not synced survives an orderly close too', async (source) => {
  await mounted(source, (files) => files.create('a').append(bytes(1, 2)));
  await mounted(source, (files) => equalContent(content(files.open('a')), bytes(1, 2), 'content'));
});

lasting.source('so does what was appended lazily by the task that closes', async (source) => {
  await mounted(source, (files) => {
    const file = files.create('a');
    file.append(bytes(1, 2));
    file.append(bytes(3), true);
    file.close();
  });
  await mounted(source, (files) =>
    equalContent(content(files.open('a')), bytes(1, 2, 3), 'content'),
  );
});

lasting.source(
  'deleting is remembered, and a name used again has the new bytes',
  async (source) => {
    await mounted(source, (files) => {
      for (const name of ['a', 'b']) files.create(name).append(pattern(9000, 1));
    });
    await mounted(source, (files) => {
      files.delete('a');
      files.delete('b');
      files.create('b').append(bytes(5));
    });
    await mounted(source, (files) => {
      equal(files.list(), ['b'], 'list');
      equalContent(content(files.open('b')), bytes(5), 'content');
    });
  },
);

lasting.source(
  'a file made after a remount has nothing of one deleted before it',
  async (source) => {
    await mounted(source, (files) => files.create('a').append(pattern(120_000, 1)));
    await mounted(source, (files) => files.delete('a'));
    await mounted(source, (files) => files.create('b').append(bytes(1)));
    await mounted(source, (files) => {
      equal(files.list(), ['b'], 'list');
      equalContent(content(files.open('b')), bytes(1), 'content');
    });
  },
);

lasting.source(
  'a second opener is told that the first has it, until that one closes',
  async (source) => {
    await mounted(source, async (files) => {
      files.create('a').append(bytes(1));
      const message = await rejects('FERRIS_LOCKED', source.mount());
      check(/close/.test(message), `${message} says what to do`);
      files.open('a').append(bytes(2));
    });
    await mounted(source, (files) =>
      equalContent(content(files.open('a')), bytes(1, 2), 'content'),
    );
  },
);

lasting.source('a closed volume refuses every call, of its handles too', async (source) => {
  let files: Files | undefined;
  let file: File | undefined;
  await mounted(source, (opened) => {
    files = opened;
    file = opened.create('a');
  });
  throws('FERRIS_CLOSED', () => files?.list());
  throws('FERRIS_CLOSED', () => files?.exists('a'));
  throws('FERRIS_CLOSED', () => files?.create('b'));
  throws('FERRIS_CLOSED', () => files?.open('a'));
  throws('FERRIS_CLOSED', () => files?.delete('a'));
  throws('FERRIS_CLOSED', () => files?.syncDirectory());
  throws('FERRIS_CLOSED', () => file?.append(bytes(1)));
  throws('FERRIS_CLOSED', () => file?.sync());
  file?.close();
});

lasting.source(
  'a volume closed twice does not let go of what another has mounted',
  async (source) => {
    const first = await source.mount();
    await first.close();
    await mounted(source, async (files) => {
      await first.close();
      await rejects('FERRIS_LOCKED', source.mount());
      files.create('a');
    });
  },
);

lasting.source('destroy deletes everything, and only when nobody has it open', async (source) => {
  await mounted(source, async (files) => {
    files.create('a').append(pattern(5000, 1));
    await rejects('FERRIS_LOCKED', source.destroy());
    equal(files.open('a').size, 5000, 'size');
  });
  await source.destroy();
  await source.destroy();
  await mounted(source, (files) => equal(files.list(), [], 'list'));
});
