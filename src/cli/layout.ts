import type Table from 'cli-table3';

/** Style of all tables: rules above, below and under the head; columns two spaces apart; no colours. */
export const layout: Table.TableConstructorOptions = {
  chars: {
    top: '─',
    'top-mid': '──',
    'top-left': '',
    'top-right': '',
    bottom: '─',
    'bottom-mid': '──',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '─',
    'mid-mid': '──',
    right: '',
    'right-mid': '',
    middle: '  ',
  },
  style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
};
