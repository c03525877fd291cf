module chainrule

go 1.24
