"""Numbers and tables as EVALUATION.md writes them."""

import numpy as np


def mean_text(values, digits=1):
    """Mean of the finite ``values`` ± its standard error."""
    known = values[np.isfinite(values)]
    if not len(known):
        return '-'
    return f'{known.mean():.{digits}f} ± {known.std() / np.sqrt(len(known)):.{digits}f}'


def share_text(flags):
    """Share of ``flags`` that are set ± its standard error."""
    return f'{100 * np.mean(flags):.0f} ± {100 * np.std(flags) / np.sqrt(len(flags)):.0f} %'


def table(head, rows):
    """A table in Markdown."""
    lines = [head, ['---'] * len(head), *rows]
    return '\n'.join('| ' + ' | '.join(map(str, line)) + ' |' for line in lines)
