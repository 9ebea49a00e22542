package authy

import (
	"sync"
	"time"
)

// Month is what an application did in one month, as app/stats tells it.
type Month struct {
	Month time.Month
	Year  int
	// SMS, Calls, Users, Auths and APICalls are counted since the month began.
	SMS, Calls, Users, Auths, APICalls int64
}

// stats counts by month.
type stats struct {
	mu     sync.Mutex
	months map[monthKey]*Month
}

type monthKey struct {
	year  int
	month time.Month
}

func (s *stats) count(at time.Time, add func(*Month)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.months == nil {
		s.months = map[monthKey]*Month{}
	}
	key := monthKey{at.UTC().Year(), at.UTC().Month()}
	m, ok := s.months[key]
	if !ok {
		m = &Month{Month: key.month, Year: key.year}
		s.months[key] = m
	}
	add(m)
}

// statsMonths is how many months app/stats tells of.
const statsMonths = 12

// Stats are the last twelve months, the current one last.
func (a *Application) Stats() []Month {
	now := a.clock().UTC()
	first := time.Date(now.Year(), now.Month()-statsMonths+1, 1, 0, 0, 0, 0, time.UTC)
	a.stats.mu.Lock()
	defer a.stats.mu.Unlock()
	months := make([]Month, 0, statsMonths)
	for i := range statsMonths {
		at := first.AddDate(0, i, 0)
		m := Month{Month: at.Month(), Year: at.Year()}
		if counted, ok := a.stats.months[monthKey{m.Year, m.Month}]; ok {
			m = *counted
		}
		months = append(months, m)
	}
	return months
}

// CountAPICall adds a request to the statistics.
func (a *Application) CountAPICall() {
	a.stats.count(a.clock(), func(m *Month) { m.APICalls++ })
}

func (s *stats) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.months = nil
}
