// The look, measured: contrast of every pair that is read, and how far apart the
// concepts stay for eyes without red cones (protanopia) or green ones (deuteranopia).
//
// Contrast is WCAG 2.2's ratio. Dichromacy is simulated with the matrices of
// Machado, Oliveira and Fernandes (2009); distance is Euclidean in OKLab, where
// two large fills are easily told apart from about 0.05 up.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { colorsOf, type Theme } from '../../../src/site/look/tokens.ts';
import { inks } from '../../../src/styles/code-themes.mjs';

const css = readFileSync(new URL('../../../src/styles/tokens.css', import.meta.url), 'utf8');

type Triple = [number, number, number];

const textRatioMin = 4.5;
const graphicRatioMin = 3;
const conceptDistanceMin = 0.05;

const grounds = ['--ground', '--surface', '--band'];
const texts = ['--ink', '--ink-soft', '--accent', '--right', '--wrong'];
const concepts = ['--c-volatile', '--c-durable', '--c-lost', '--c-corrupt', '--c-current'];

/** Linear-light red, green and blue of `#rrggbb`, 0 to 1. */
function linear(hex: string): Triple {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function dot(row: readonly number[], [r, g, b]: Triple): number {
  return row[0]! * r + row[1]! * g + row[2]! * b;
}

function contrast(one: string, other: string): number {
  const luminance = (hex: string) => dot([0.2126, 0.7152, 0.0722], linear(hex)) + 0.05;
  const [a, b] = [luminance(one), luminance(other)];
  return Math.max(a, b) / Math.min(a, b);
}

/** What an eye makes of linear light; identity, no red cones, no green cones. */
const eyes: Record<string, number[][]> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

function apply(matrix: number[][], color: Triple): Triple {
  return matrix.map((row) => Math.max(0, dot(row, color))) as Triple;
}

/** OKLab of linear light (Ottosson 2020). */
function oklab(color: Triple): Triple {
  const cones = apply(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    color,
  ).map(Math.cbrt) as Triple;
  return [
    dot([0.2104542553, 0.793617785, -0.0040720468], cones),
    dot([1.9779984951, -2.428592205, 0.4505937099], cones),
    dot([0.0259040371, 0.7827717662, -0.808675766], cones),
  ];
}

function distance(eye: number[][], one: string, other: string): number {
  const [a, b] = [oklab(apply(eye, linear(one))), oklab(apply(eye, linear(other)))];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function pairs<T>(items: T[]): [T, T][] {
  return items.flatMap((a, index) => items.slice(index + 1).map((b): [T, T] => [a, b]));
}

describe.each<Theme>(['light', 'dark'])('%s theme', (theme) => {
  const colors = colorsOf(css, theme);
  const color = (name: string): string => {
    const value = colors.get(name);
    if (!value) throw new Error(`${name} is not a six-digit color of the ${theme} theme`);
    return value;
  };
  const named = (prefixes: string[]) =>
    [...colors.keys()].filter(
      (name) => prefixes.some((prefix) => name.startsWith(prefix)) && !name.endsWith('-wash'),
    );
  const below = (min: number, list: [string, string][]) =>
    list
      .map(([a, b]) => `${a} on ${b}: ${contrast(color(a), color(b)).toFixed(2)}`)
      .filter((line) => Number(line.split(': ')[1]) < min);
  const drawn = named(['--c-', '--r-', '--s-', '--x-', '--n-']);

  test('text reads on every ground', () => {
    const list = texts.flatMap((text) => grounds.map((g): [string, string] => [text, g]));
    expect(below(textRatioMin, list)).toEqual([]);
  });

  test('every color that draws also reads, on the page and on a sheet', () => {
    expect(drawn.length).toBe(22);
    const list = drawn.flatMap((name): [string, string][] => [
      [name, '--ground'],
      [name, '--surface'],
    ]);
    expect(below(textRatioMin, list)).toEqual([]);
  });

  test('text on a solid fill reads', () => {
    const list = [...drawn, '--accent'].map((name): [string, string] => ['--on-solid', name]);
    expect(below(textRatioMin, list)).toEqual([]);
  });

  test('a byte field reads on its tint', () => {
    const tints = named(['--f-']).filter((name) => !name.endsWith('-ink'));
    expect(tints.length).toBe(8);
    expect(
      below(
        textRatioMin,
        tints.map((tint): [string, string] => [`${tint}-ink`, tint]),
      ),
    ).toEqual([]);
  });

  test('ink and its own outline read on the wash of a concept', () => {
    const list = concepts.flatMap((name): [string, string][] => {
      const wash = name === '--c-current' ? '--accent-wash' : `${name}-wash`;
      return [
        ['--ink', wash],
        [name, wash],
      ];
    });
    expect(below(textRatioMin, list)).toEqual([]);
  });

  test('edges of controls are seen', () => {
    expect(
      below(
        graphicRatioMin,
        grounds.map((g): [string, string] => ['--line-strong', g]),
      ),
    ).toEqual([]);
  });

  test.each(Object.keys(eyes))('concepts stay apart for an eye with %s', (eye) => {
    const close = pairs(concepts)
      .map(([a, b]) => ({ a, b, apart: distance(eyes[eye]!, color(a), color(b)) }))
      .filter(({ apart }) => apart < conceptDistanceMin);
    expect(close).toEqual([]);
  });

  test('code is set in the inks of the page', () => {
    const code = inks[theme];
    expect({ ...code }).toEqual({
      ground: color('--surface'),
      ink: color('--ink'),
      soft: color('--ink-soft'),
      value: color('--f-value-ink'),
      number: color('--f-key-ink'),
      name: color('--f-length-ink'),
      accent: color('--accent'),
      line: color('--line'),
    });
  });
});

test('both themes define the same tokens', () => {
  expect([...colorsOf(css, 'dark').keys()]).toEqual([...colorsOf(css, 'light').keys()]);
});
