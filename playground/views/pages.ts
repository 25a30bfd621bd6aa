/** Pages of all views. A view registers by its folder: views/NAME/page.tsx exports `page`. */
import type { FunctionComponent } from 'preact';
import type { NetworkAnswer, ShownData } from '../engine/messages.js';
import type { State, ViewName } from '../engine/state.js';

/** Properties of a view's stage and controls. Its engine.ts returns `frame` and yields `pieces`. */
export interface ViewProps<Frame = unknown, Piece = unknown> {
  readonly state: State;
  readonly networks: readonly NetworkAnswer[];
  readonly data: ShownData | undefined;
  /** Last answer of the view's `frame`; undefined before the first. */
  readonly frame: Frame | undefined;
  /** Pieces that the view's `slow` has yielded for the present state. */
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
  /** Question that the view answers; a sentence above the stage. */
  readonly question: string;
  /** Component in the middle of the page. */
  readonly Stage: FunctionComponent<ViewProps<Frame, Piece>>;
  /** Returns the sentence that describes the numbers on the screen. */
  readonly words: (props: ViewProps<Frame, Piece>) => string;
  /** The view's own controls, above the common ones. */
  readonly Controls?: FunctionComponent<ViewProps<Frame, Piece>>;
  /** False if the stage shows maps and curves itself. The outcome then has only verdicts and scores. Default true. */
  readonly hasOutcome?: boolean;
  /** False if the stage shows the verdict itself, or has too few rows for one. Default true. */
  readonly hasVerdicts?: boolean;
  /** False if the outcome has no confusion matrix and no unit maps. Default true. */
  readonly hasInside?: boolean;
  /** False if the common controls mean nothing in the view. Default true. */
  readonly hasControls?: boolean;
  /** True if the view shows the start: the menu opens it paused, before the first step. Default false. */
  readonly isStill?: boolean;
  /** True for a view of text: it has the width of the page, and no training, recipes, controls and outcome. Default false. */
  readonly isReading?: boolean;
  /** State that the view starts from when it is chosen in the menu; other options have their first values. Default: the networks stay. */
  readonly start?: Partial<State>;
}

const modules = import.meta.glob<{ readonly page: PageView<never, never> }>('./*/page.tsx', { eager: true });

/** Returns a view's page; undefined if there is no such view. */
export function viewPage(name: ViewName): PageView | undefined {
  return modules[`./${name}/page.tsx`]?.page as PageView | undefined;
}
