module pacer

go 1.26
