/** All views' pages. A view registers by its folder: views/NAME/page.tsx exports `page`. */
import type { FunctionComponent } from 'preact';
import type { NetworkAnswer, ShownData } from '../engine/messages.js';
import type { State, ViewName } from '../engine/state.js';

/** What a view is given to draw. `frame` and `pieces` are what its engine.ts returns and yields. */
export interface ViewProps<Frame = unknown, Piece = unknown> {
  readonly state: State;
  readonly networks: readonly NetworkAnswer[];
  readonly data: ShownData | undefined;
  /** Last answer of the view's `frame`; undefined before the first. */
  readonly frame: Frame | undefined;
  /** What the view's `slow` has yielded for the present state. */
  readonly pieces: readonly Piece[];
  /** True while the networks train. */
  readonly isPlaying: boolean;
  /** Sends an action to the view's `act`. */
  readonly act: (action: unknown) => void;
}

/** A view's page. */
export interface PageView<Frame = unknown, Piece = unknown> {
  /** Name in the menu, two or three words. */
  readonly title: string;
  /** The question that the view answers, a sentence above the stage. */
  readonly question: string;
  /** The stage. */
  readonly Stage: FunctionComponent<ViewProps<Frame, Piece>>;
  /** The one sentence that says what is happening now, made from the numbers on the screen. */
  readonly words: (props: ViewProps<Frame, Piece>) => string;
  /** Controls of the view's own, above the common ones. */
  readonly Controls?: FunctionComponent<ViewProps<Frame, Piece>>;
  /** False if the stage shows maps and curves itself; then the outcome has verdicts and scores only. Default true. */
  readonly hasOutcome?: boolean;
  /** False if the stage shows the verdict itself, or has too few rows for one. Default true. */
  readonly hasVerdicts?: boolean;
  /** False if the common controls mean nothing in the view. Default true. */
  readonly hasControls?: boolean;
  /** True if the view opens at rest, so that the visitor takes the first step. Default false. */
  readonly isStill?: boolean;
  /** State that the view starts from when it is chosen in the menu; options that it leaves out stay. */
  readonly start?: Partial<State>;
}

const modules = import.meta.glob<{ readonly page: PageView<never, never> }>('./*/page.tsx', { eager: true });

/** Returns a view's page; undefined if there is no such view. */
export function viewPage(name: ViewName): PageView | undefined {
  return modules[`./${name}/page.tsx`]?.page as PageView | undefined;
}
