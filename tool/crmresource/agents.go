package crmresource

// agents answers the questions about agents, which need no cluster. done tells that the command was one of them.
func (r *run) agents() (done bool, err error) {
	return false, nil
}
