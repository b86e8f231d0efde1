module banio-go

go 1.19
