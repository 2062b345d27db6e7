"""How things that are drawn frame by frame come, move and go."""


def smoothstep(value: float) -> float:
    """Rise from 0 to 1 with no jerk at either end: 3x^2 - 2x^3 between 0 and 1, flat outside."""
    value = min(max(value, 0.0), 1.0)
    return value * value * (3 - 2 * value)


def glide(value: float, ramp: float) -> float:
    """Travel from 0 to 1: gather speed, keep it, and lose it again; flat outside.

    The speed is a smoothstep up, a plateau, and a smoothstep down; this is its integral.

    Args:
        value: Share of the time.
        ramp: Share of the time that gathering speed takes, and losing it; above 0, at most 0.5.
    """
    value = min(max(value, 0.0), 1.0)
    if value > 0.5:
        return 1 - glide(1 - value, ramp)
    if value >= ramp:
        way = value - ramp / 2
    else:
        share = value / ramp
        way = ramp * share**3 * (1 - share / 2)
    return way / (1 - ramp)
