package scheduler

type cloneNotice struct{}

func (r *run) noticeStartStop(x *rsc, start, started, stop, stopped *action) {}
func (r *run) createNotifications(x *rsc)                                    {}
func (r *run) notifyAfterFencing(a *action, x *rsc, f *action)               {}
