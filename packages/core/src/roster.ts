/** What a roster lists. It knows its place, so that leaving costs no search. */
export interface Listed {
  /** For the roster alone. */
  place: number;
}

/** The place of what is on no roster. */
export const NO_PLACE = -1;

/**
 * What is there now, in no order: a set that leaves nothing behind. When a `Set` is renewed, as happens after a few
 * additions and deletions, its old table refers to the new one; one that was moved to the old generation then keeps
 * all that was ever in those after it, until all memory is collected. Where streams come and go, most of the time of
 * the collector went into that.
 */
export class Roster<Member extends Listed> {
  readonly #members: Member[] = [];

  get size(): number {
    return this.#members.length;
  }

  add(member: Member): void {
    if (member.place !== NO_PLACE) return;
    member.place = this.#members.length;
    this.#members.push(member);
  }

  delete(member: Member): void {
    const { place } = member;
    if (place === NO_PLACE) return;
    const last = this.#members.pop();
    if (last !== undefined && last !== member) {
      this.#members[place] = last;
      last.place = place;
    }
    member.place = NO_PLACE;
  }

  /** All that are there now, for one to go through while they come and go. */
  all(): Member[] {
    return this.#members.slice();
  }
}
