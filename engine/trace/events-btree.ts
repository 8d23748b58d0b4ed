// What the B-tree says of what it does; the rules are those of events.ts.

/** The B-tree. `tree` is the number of its file, `page` that of a page in it. */
export type BTreeEvent =
  /** It was opened, and this commit counts; 0 of everything when there is none. */
  | {
      readonly type: 'btree.open';
      readonly tree: number;
      readonly commit: number;
      readonly root: number;
      readonly entries: number;
      readonly height: number;
    }
  /** A page that was not in memory; `level` is 0 in a leaf. */
  | {
      readonly type: 'btree.page.read';
      readonly tree: number;
      readonly page: number;
      readonly level: number;
      readonly size: number;
    }
  /** A new node. `replaces` is the page it is a changed copy of, or 0. */
  | {
      readonly type: 'btree.page.write';
      readonly tree: number;
      readonly page: number;
      readonly level: number;
      readonly entries: number;
      readonly firstKey: Uint8Array;
      readonly replaces: number;
    }
  /** A node was too large for a page: `left` entries stay, `right` go to a new one. */
  | {
      readonly type: 'btree.split';
      readonly level: number;
      readonly left: number;
      readonly right: number;
      readonly separator: Uint8Array;
    }
  /** A node was nearly empty, and is now one with its neighbor. */
  | { readonly type: 'btree.merge'; readonly level: number; readonly entries: number }
  /** From here on this root counts. `freed`: pages that it doesn't reach and the one before did. */
  | {
      readonly type: 'btree.commit';
      readonly tree: number;
      readonly commit: number;
      readonly page: number;
      readonly root: number;
      readonly freed: readonly number[];
    }
  /** All that can be reached was copied to a new file. */
  | {
      readonly type: 'btree.vacuum';
      readonly from: number;
      readonly to: number;
      readonly pages: number;
    };
