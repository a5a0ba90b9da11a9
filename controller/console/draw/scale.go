package draw

// scale is an axis from 0 to top, in steps that people count in.
type scale struct{ top, step int }

// scaleOf has room for a count and for its number above it, in three to five steps of 1, 2 or 5 times a power of ten.
func scaleOf(most int) scale {
	most = max(most, 1)
	step := 1
	for most/step >= 5 {
		step = nextStep(step)
	}
	return scale{(most/step + 1) * step, step}
}

// nextStep is the next of 1, 2, 5, 10, 20, 50, …
func nextStep(step int) int {
	lead := step
	for lead >= 10 {
		lead /= 10
	}
	if lead == 2 {
		return step / 2 * 5
	}
	return step * 2
}

func (s scale) ticks() (all []int) {
	for n := 0; n <= s.top; n += s.step {
		all = append(all, n)
	}
	return all
}
