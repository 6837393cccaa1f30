state_bucket = "shop-staging-tfstate"
account_id   = "111111111111"

orders = {
  db_subnet_cidr = "10.20.0.0/16"
  allowed_origins = ["https://staging.shop.example"]
}
