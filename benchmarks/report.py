"""What the benchmarks found, as text to read."""

from collections.abc import Iterable


def facts(found: dict) -> str:
    """Versions or settings in a few lines."""
    parts = [f"{name} {value}" for name, value in found.items()]
    lines = [", ".join(parts[place : place + 6]) for place in range(0, len(parts), 6)]
    return "\n".join(f"  {line}" for line in lines)


def sizes(found: dict) -> str:
    return "\n".join(
        f"  {table:28} {size['rows']:>12,} rows {size['megabytes']:>10,.1f} MB"
        for table, size in found.items()
    )


def question(name: str, timings: list[dict]) -> str:
    """The times of a question's variants; ratios say how many times slower than the first."""
    lines = [f"  {name}"]
    for timing in timings:
        marks = " noisy" * timing["noisy"] + " once" * (timing["rounds"] == 1)
        lines.append(
            f"    {timing['variant']:38} {timing['median_ms']:>11,.2f} ms "
            f"({timing['min_ms']:,.2f} - {timing['max_ms']:,.2f}) "
            f"{timing['ratio']:>10,.2f} x{marks}"
        )
    return "\n".join(lines)


def goals(verdicts: Iterable) -> str:
    """Each goal, what was measured, and whether it is met."""
    return "\n".join(
        f"  {row.number:4} {row.question:42} {row.peer:32} {row.goal:>10} {row.measured:>14} "
        f"{row.outcome}"
        for row in verdicts
    )


def web(cases: list[dict]) -> str:
    return "\n".join(
        f"    {case['case']:52} {case['clients']} at once: p50 {case['p50_ms']:>8,.2f} ms, "
        f"p95 {case['p95_ms']:>8,.2f} ms, {case['requests']:,} requests{' noisy' * case['noisy']}"
        for case in cases
    )


def renewed(found: dict) -> str:
    ledger, run = found["ledger"], found["renewals"]
    return (
        f"  {run['lines']:>9,} renewals: {run['seconds']:.1f} s, "
        f"{run['processor_seconds']:.1f} s of a processor "
        f"(load {run['load'][0]} before, {run['load'][1]} after)\n"
        f"  a line: {ledger['milliseconds_with']} ms with the ledger, "
        f"{ledger['milliseconds_without']} ms without, {ledger['ratio']}x (load {ledger['load']})"
    )


def imported(found: dict) -> str:
    return (
        f"  {found['items']:>9,} items: {found['seconds']:.1f} s, "
        f"{found['items_per_second']:,} items/s, peak {found['megabytes_peak']:.0f} MB "
        f"(before the import {found['megabytes_before']:.0f} MB)"
    )
