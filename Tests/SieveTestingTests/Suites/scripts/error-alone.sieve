if true { error "no"; }
