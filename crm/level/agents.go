package level

// AgentCatalogue lists the agents of this machine; agent.Catalogue is one.
type AgentCatalogue interface {
	Standards() []string
	Providers(agentType string) []string
	Agents(class, provider string) []string
}
