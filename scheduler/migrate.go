package scheduler

// canMigrate tells whether a resource can move alive from where it runs to where it was assigned.
func (r *run) canMigrate(x *rsc, at *node) bool {
	return x.in.AllowMigrate && x.managed && !x.failed && !x.startPending && !at.unclean && x.assigned != nil && !x.assigned.unclean
}

// migrationActions makes the actions of a live migration. The start on the target stays as a point of order:
//
//	probe ──▶ migrate_to ──▶ migrate_from ──▶ stop (source)
//	                                    └───▶ start (nothing but a point of order)
func (r *run) migrationActions(x *rsc, at *node) {
	start, stop := r.start(x, x.assigned, true), r.stop(x, at, true)
	var to *action
	if x.migratingTo == nil {
		to = r.action(x, taskMigrateTo, 0, at, true)
	}
	from := r.action(x, taskMigrateFrom, 0, x.assigned, true)
	start.set(migratable | pseudo)
	stop.set(migratable)
	from.set(migratable)
	if to != nil {
		to.set(migratable)
		to.needs = start.needs
		r.orderTasks(x, taskMonitor, x, taskMigrateTo, ordered)
		r.orderTasks(x, taskMigrateTo, x, taskMigrateFrom, ordered|migrationOnly)
	} else {
		from.needs = start.needs
		r.orderTasks(x, taskMonitor, x, taskMigrateFrom, ordered)
	}
	r.orderTasks(x, taskMigrateFrom, x, taskStop, ordered|migrationOnly)
	r.orderTasks(x, taskMigrateFrom, x, taskStart, ordered|migrationOnly|realIfFirstCannot)
	for _, a := range []*action{to, from} {
		if a != nil {
			a.setMeta("migrate_source", at.name)
			a.setMeta("migrate_target", x.assigned.name)
		}
	}
	if to != nil && !x.in.Connection {
		a := to
		a.setMeta("record-pending", "true")
	}
}
