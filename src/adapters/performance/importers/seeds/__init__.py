"""Files of the load-testing tools that polyload took over from: what they say goes into a plan, the rest is named."""
