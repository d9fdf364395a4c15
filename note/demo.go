package note

var demoNotes = []entry{}
