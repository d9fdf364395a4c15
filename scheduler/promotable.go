package scheduler

func (r *run) addPromotionScores(x *rsc)                                {}
func (r *run) setRoles(x *rsc)                                          {}
func (r *run) promotableActions(x *rsc)                                 {}
func (r *run) orderPromotions(x *rsc)                                   {}
func (r *run) colocateWithRole(clone, dependent *rsc, c *colocation)    {}
func (r *run) promoteWithRole(clone, dependent *rsc, c *colocation) int { return 0 }
