/**
 * Entry `evenkeel/script`: types of the script for pages without modules. The script itself, build/script/evenkeel.js, exports nothing
 * and defines a global variable.
 *
 * @packageDocumentation
 */

import type * as whole from './whole.js';

declare global {
  /**
   * Library of a page that loads `evenkeel/script` with `<script>`: the exports of `evenkeel`, `evenkeel/metrics` and
   * `evenkeel/extras`, and `iris`, `oneHot`, `kFold`, `take` and `trainTestSplit` of `evenkeel/data`. All parts are loaded, so that no
   * function of `evenkeel/extras` need be called.
   */
  var evenkeel: typeof whole;
}
